import CFFmpeg
public import FrameGeneration
import MediaSupport
import Synchronization

/// Converts images to pictures as `VideoFileSink` writes them, with libswscale.
///
/// What it needs for a size of images is made with the first of them and kept; concurrent calls wait for each other.
public final class VideoPictureConverter: PictureConverting {
    private struct Converters {
        var whole: PartConverter?
        var part: PartConverter?
    }

    private let converters = Mutex(Converters())

    /// A converter for any size.
    public init() { MediaLog.catchMessages() }

    /// Converts a whole image; at an odd width or height the last column or row is repeated.
    ///
    /// - Precondition: The image has no side of 0.
    /// - Throws: `FramegenError` with `.internalFailure` when libswscale refuses the image's size.
    public func picture(of image: PixelImage) throws(FramegenError) -> PlanarPicture {
        precondition(image.width > 0 && image.height > 0, "cannot convert an image of \(image.size)")
        let size = image.size.roundedUpToEven
        return try converters.withLock { converters throws(FramegenError) in
            let converter = try PartConverter.reusing(converters.whole, for: size)
            converters.whole = converter
            let planes = try converter.convert(
                image, from: PixelRect(x: 0, y: 0, width: size.width, height: size.height))
            return PlanarPicture(
                size: image.size, luma: planes.bytes(ofPlane: 0, size.width, size.height),
                blueDifference: planes.bytes(ofPlane: 1, size.width / 2, size.height / 2),
                redDifference: planes.bytes(ofPlane: 2, size.width / 2, size.height / 2))
        }
    }

    /// Converts anew only what changes of a picture when a face is put into its image.
    ///
    /// - Parameters:
    ///   - picture: the picture of `image`.
    ///   - face: the new pixels.
    ///   - rect: where they go; as large as `face` and inside the image.
    ///   - image: without the face.
    /// - Precondition: The sizes fit.
    /// - Throws: `FramegenError` with `.internalFailure` when libswscale refuses the size.
    public func update(
        _ picture: inout PlanarPicture, with face: PixelImage, at rect: PixelRect, in image: PixelImage
    ) throws(FramegenError) {
        precondition(
            image.size == picture.size && face.size == rect.size && rect.isInside(image.size),
            "cannot put \(face.size) at \(rect) into \(image.size) and its picture of \(picture.size)")
        guard rect.width > 0, rect.height > 0 else { return }
        try converters.withLock { converters throws(FramegenError) in
            // A size that was enough before is taken again: boxes of a face differ by a few pixels.
            let part = ChangedPart(
                of: rect, in: image.size.roundedUpToEven, smallestSize: converters.part?.size ?? rect.size)
            let converter = try PartConverter.reusing(converters.part, for: part.source.size)
            converters.part = converter
            let planes = try converter.convert(image, from: part.source, with: face, at: rect)
            picture.replace(part.target, by: planes, from: part.source)
        }
    }
}

/// Converts parts of one size.
private final class PartConverter {
    let size: ImageSize
    private let source: FrameBuffer
    private let converter: PictureConverter

    init(_ size: ImageSize) throws(FramegenError) {
        self.size = size
        source = try FrameBuffer(size, AV_PIX_FMT_BGR24)
        converter = try .encoding(size, .hd)
    }

    static func reusing(_ converter: PartConverter?, for size: ImageSize) throws(FramegenError) -> PartConverter {
        if let converter, converter.size == size { return converter }
        return try PartConverter(size)
    }

    /// Converts the part `rect` of an image, in which the last column and row are repeated where the part goes on;
    /// `face` lies over it at `faceRect`.
    func convert(
        _ image: PixelImage, from rect: PixelRect, with face: PixelImage? = nil, at faceRect: PixelRect? = nil
    ) throws(FramegenError) -> FrameBuffer {
        let inside = ImageSize(
            width: min(rect.width, image.width - rect.x), height: min(rect.height, image.height - rect.y))
        source.copy(
            PixelRect(x: rect.x, y: rect.y, width: inside.width, height: inside.height), of: image, toX: 0, y: 0)
        if let face, let faceRect {
            let whole = PixelRect(x: 0, y: 0, width: face.width, height: face.height)
            source.copy(whole, of: face, toX: faceRect.x - rect.x, y: faceRect.y - rect.y)
        }
        source.repeatEdges(of: inside)
        return try converter.convert(source.pointer)
    }
}

extension PlanarPicture {
    /// Takes the samples of `target` from planes that begin at the corner of `source`; both in pixels.
    fileprivate mutating func replace(_ target: PixelRect, by planes: FrameBuffer, from source: PixelRect) {
        let width = size.roundedUpToEven.width
        let place = PixelRect(
            x: target.x - source.x, y: target.y - source.y, width: target.width, height: target.height)
        planes.copyPlane(0, place, to: &luma, at: target.y * width + target.x, rowLength: width)
        let (half, start) = (place.halved, target.y / 2 * (width / 2) + target.x / 2)
        planes.copyPlane(1, half, to: &blueDifference, at: start, rowLength: width / 2)
        planes.copyPlane(2, half, to: &redDifference, at: start, rowLength: width / 2)
    }
}

extension PixelRect {
    fileprivate var halved: PixelRect { PixelRect(x: x / 2, y: y / 2, width: width / 2, height: height / 2) }
}
