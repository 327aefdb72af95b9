public import FrameGeneration

/// Decodes JPEG and PNG files, told apart by their first bytes, to the bytes that `cv2.imread` gives.
public struct ImageFileDecoder: ImageDecoding {
    /// Far above any frame, far below what fills the memory.
    static let largestSide = 16_384
    private static let largestFile = 1 << 28
    /// Enough for the header of any ordinary JPEG.
    private static let headerSize = 1 << 16

    /// The decoder; it has no settings.
    public init() {}

    /// The size after orientation, from the file's header alone.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is no image.
    public func size(ofImageAt path: String) throws(FramegenError) -> ImageSize {
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(Self.headerSize, file.byteCount))
        if try Self.format(of: start, path) == .jpeg, let header = try? Self.header(of: start, .jpeg, path) {
            return header.orientedSize
        }
        // In a JPEG long metadata may stand before the size, in a PNG the orientation may stand behind the pixels.
        let whole = try RegularFile.bytes(at: path, limitInBytes: Self.largestFile)
        return try Self.header(of: whole, try Self.format(of: whole, path), path).orientedSize
    }

    /// The whole image.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is damaged.
    public func decodeImage(at path: String) throws(FramegenError) -> Image {
        let bytes = try RegularFile.bytes(at: path, limitInBytes: Self.largestFile)
        let format = try Self.format(of: bytes, path)
        let header = try Self.header(of: bytes, format, path)
        switch format {
        case .jpeg: return try JPEGFile.decode(bytes, header, path).oriented(header.orientation)
        case .png: return try PNGFile.decode(bytes, header, path).oriented(header.orientation)
        }
    }

    private enum Format {
        case jpeg
        case png
    }

    private static func format(of bytes: [UInt8], _ path: String) throws(FramegenError) -> Format {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        throw FramegenError(.invalidData, "\(path) is not an image, expected JPEG or PNG")
    }

    private static func header(
        of bytes: [UInt8], _ format: Format, _ path: String
    ) throws(FramegenError) -> ImageHeader {
        let header =
            switch format {
            case .jpeg: try JPEGFile.header(bytes, path)
            case .png: try PNGFile.header(bytes, path)
            }
        guard (1...largestSide).contains(header.size.width), (1...largestSide).contains(header.size.height) else {
            throw FramegenError(
                .invalidData, "\(path) says it is \(header.size), expected at most \(largestSide) on a side")
        }
        return header
    }
}

/// What an image file says of itself.
struct ImageHeader {
    /// As stored.
    let size: ImageSize
    let orientation: Orientation

    var orientedSize: ImageSize {
        orientation.swapsSides ? ImageSize(width: size.height, height: size.width) : size
    }
}
