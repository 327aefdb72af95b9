import CTurboJPEG
public import FrameGeneration

/// JPEG through libjpeg-turbo, whose defaults give OpenCV's bytes.
enum JPEGFile {
    static func header(_ bytes: [UInt8], _ path: String) throws(FramegenError) -> ImageHeader {
        let codec = try TurboJPEG(tjInitDecompress())
        let header = try codec.readHeader(bytes, path)
        return ImageHeader(size: header.size, orientation: JPEGMetadata.orientation(in: bytes))
    }

    static func decode(_ bytes: [UInt8], _ header: ImageHeader, _ path: String) throws(FramegenError) -> Image {
        let codec = try TurboJPEG(tjInitDecompress())
        let isFourColour = try codec.readHeader(bytes, path).isFourColour
        guard isFourColour else {
            return Image(
                width: header.size.width, height: header.size.height,
                pixels: try codec.decode(bytes, header.size, TJPF_BGR, path))
        }
        return blueGreenRed(fromInks: try codec.decode(bytes, header.size, TJPF_CMYK, path), header.size)
    }

    /// Inks to colours as OpenCV mixes them: c·k/255 for each of the three, in its own integer way.
    private static func blueGreenRed(fromInks inks: [UInt8], _ size: ImageSize) -> Image {
        var image = Image(width: size.width, height: size.height)
        for pixel in 0..<size.width * size.height {
            let black = Int(inks[4 * pixel + 3])
            for channel in 0..<3 {
                let ink = Int(inks[4 * pixel + channel])
                image.pixels[3 * pixel + 2 - channel] = UInt8(black - ((255 - ink) * black >> 8))
            }
        }
        return image
    }
}

/// Owns a codec handle of libjpeg-turbo.
private final class TurboJPEG {
    private let handle: tjhandle

    init(_ handle: tjhandle?) throws(FramegenError) {
        guard let handle else {
            throw FramegenError(.internalFailure, "libjpeg-turbo cannot be started: \(String(cString: tjGetErrorStr()))")
        }
        self.handle = handle
    }

    deinit { tjDestroy(handle) }

    func readHeader(_ bytes: [UInt8], _ path: String) throws(FramegenError) -> (size: ImageSize, isFourColour: Bool) {
        var (width, height): (Int32, Int32) = (0, 0)
        var (subsampling, colourSpace): (Int32, Int32) = (0, 0)
        let status = tjDecompressHeader3(
            handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
        guard status == 0 else { throw damaged(path) }
        let isFourColour = colourSpace == Int32(TJCS_CMYK.rawValue) || colourSpace == Int32(TJCS_YCCK.rawValue)
        return (ImageSize(width: Int(width), height: Int(height)), isFourColour)
    }

    func decode(_ bytes: [UInt8], _ size: ImageSize, _ format: TJPF, _ path: String) throws(FramegenError) -> [UInt8] {
        let pixelSize = format == TJPF_CMYK ? 4 : 3
        var pixels = [UInt8](repeating: 0, count: size.width * size.height * pixelSize)
        let status = tjDecompress2(
            handle, bytes, UInt(bytes.count), &pixels, Int32(size.width), 0, Int32(size.height),
            Int32(bitPattern: UInt32(bitPattern: format.rawValue)), 0)
        guard status == 0 || lostNothing else { throw damaged(path) }
        return pixels
    }

    func encode(_ image: Image, quality: Int) throws(FramegenError) -> [UInt8] {
        var buffer: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(buffer) }
        let status = tjCompress2(
            handle, image.pixels, Int32(image.width), 0, Int32(image.height), Int32(TJPF_BGR.rawValue), &buffer, &size,
            Int32(TJSAMP_420.rawValue), Int32(quality), 0)
        guard status == 0 else {
            throw FramegenError(.internalFailure, "a frame of \(image.size) cannot be encoded as JPEG: \(message)")
        }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    /// Whether the last call only warned of bytes that belong to nothing, as some cameras leave them.
    private var lostNothing: Bool {
        tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) && message.contains("extraneous bytes")
    }

    private var message: String { String(cString: tjGetErrorStr2(handle)) }

    private func damaged(_ path: String) -> FramegenError {
        FramegenError(.invalidData, "\(path) is a damaged JPEG: \(message)")
    }
}

/// Writes JPEG files with colour at half the resolution, as OpenCV does.
public struct JPEGEncoder: ImageEncoding {
    /// `jpg`.
    public let fileExtension = "jpg"
    private let quality: Int

    /// - Precondition: `quality` is 1…100.
    public init(quality: Int = 95) {
        precondition((1...100).contains(quality), "JPEG quality \(quality)")
        self.quality = quality
    }

    /// The bytes of a JPEG file.
    public func encode(_ image: Image) throws(FramegenError) -> [UInt8] {
        try TurboJPEG(tjInitCompress()).encode(image, quality: quality)
    }
}
