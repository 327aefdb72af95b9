internal import Foundation
public import FrameGeneration

/// Reads JPEG and PNG files, told apart by their first bytes, to the bytes of `cv2.imread`
/// (Documentation/model-family/frames.md, "Template on disk").
///
/// Files that are cut off or damaged are refused, even where OpenCV returns half an image, and so are files above
/// 256 MiB, sides above 16,384 and images above 2²⁶ pixels.
public struct ImageFileDecoder: ImageDecoding {
    /// What is read for a header: most are in the first piece, those with a colour profile or a small picture in the
    /// second.
    private static let headerByteCounts = (1 << 12, 1 << 16)

    private let codec: any ImageCodec

    /// A decoder of whole files by `codec`; each platform's libraries have an initialiser without it.
    package init(codec: any ImageCodec) { self.codec = codec }

    /// Where an end marker is looked for: behind it some programs add a few bytes.
    private static let tailByteCount = 1 << 12

    /// The size after orientation, from the file's header; a file that has lost its end is refused.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is no image, or is
    ///   cut off.
    public func size(ofImageAt path: String) throws(FramegenError) -> ImageSize {
        let file = try RegularFile(path)
        let beginning = try file.bytes(in: 0..<min(file.byteCount, Self.headerByteCounts.0))
        let format = try Self.format(of: beginning, path: path)
        let size = try Self.size(format, file, beginning)
        let tail = try file.bytes(in: max(0, file.byteCount - Self.tailByteCount)..<file.byteCount)
        let endMarker = format == .jpeg ? JPEGHeader.endMarker : PNGHeader.endMarker
        // Behind the end there may be more than that, such as a film: only decoding tells then.
        guard !tail.contains(endMarker) else { return size }
        return try decodeImage(at: path).size
    }

    private static func size(
        _ format: Format, _ file: RegularFile, _ beginning: [UInt8]
    ) throws(FramegenError) -> ImageSize {
        let path = file.path
        switch format {
        case .png:
            let header = try naming(path) { () throws(ImageFault) in
                try PNGHeader { (offset, count) throws(ImageFault) in
                    if offset + count <= beginning.count { return beginning[offset..<offset + count] }
                    // Unreadable bytes count as missing ones.
                    return
                        ((try? file.bytes(in: min(offset, file.byteCount)..<min(offset + count, file.byteCount))) ?? [])[
                            ...]
                }
            }
            return header.orientation.applied(to: header.size)
        case .jpeg:
            var bytes = beginning
            while true {
                if let header = try naming(path, { () throws(ImageFault) in try JPEGHeader(bytes) }) {
                    return header.orientation.applied(to: header.size)
                }
                guard bytes.count < file.byteCount else { throw damaged(path, "it ends inside its header") }
                bytes =
                    bytes.count < headerByteCounts.1
                    ? try file.bytes(in: 0..<min(file.byteCount, headerByteCounts.1))
                    : try RegularFile.bytes(at: path, limitInBytes: ImageLimits.fileBytes)
            }
        }
    }

    /// The whole image.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is damaged.
    public func decodeImage(at path: String) throws(FramegenError) -> PixelImage {
        let bytes = try RegularFile.bytes(at: path, limitInBytes: ImageLimits.fileBytes)
        let format = try Self.format(of: bytes, path: path)
        return try Self.naming(path) { () throws(ImageFault) in
            switch format {
            case .jpeg: try codec.decodeJPEG(bytes)
            case .png: try codec.decodePNG(bytes)
            }
        }
    }

    private enum Format { case jpeg, png }

    private static func format(of bytes: [UInt8], path: String) throws(FramegenError) -> Format {
        if bytes.starts(with: JPEGHeader.signature) { return .jpeg }
        if bytes.starts(with: PNGHeader.signature) { return .png }
        let found = FileContent.words(ofFileStartingWith: Array(bytes.prefix(FileContent.startByteCount)))
        throw FramegenError(.invalidData, "\(path) \(found), expected a JPEG (ff d8 ff) or PNG (89 50 4e 47) image")
    }

    private static func naming<Result>(
        _ path: String, _ body: () throws(ImageFault) -> Result
    ) throws(FramegenError) -> Result {
        do { return try body() } catch { throw damaged(path, error.reason) }
    }

    private static func damaged(_ path: String, _ reason: String) -> FramegenError {
        FramegenError(.invalidData, "cannot decode the image \(path): \(reason)")
    }
}

/// A platform's library for image files; each gets whole files, which begin with the signature of their kind.
package protocol ImageCodec: Sendable {
    /// The upright image of a JPEG file.
    func decodeJPEG(_ file: [UInt8]) throws(ImageFault) -> PixelImage
    /// The upright image of a PNG file.
    func decodePNG(_ file: [UInt8]) throws(ImageFault) -> PixelImage
}
