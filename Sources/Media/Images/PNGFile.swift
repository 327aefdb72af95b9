import CPNG
public import FrameGeneration

/// PNG through libpng.
enum PNGFile {
    static func header(_ bytes: [UInt8], _ path: String) throws(FramegenError) -> ImageHeader {
        var header = framegen_png_header()
        if let message = failure({ framegen_png_read_header(bytes, bytes.count, &header, $0) }) {
            throw damaged(path, message)
        }
        return ImageHeader(
            size: ImageSize(width: Int(header.width), height: Int(header.height)),
            orientation: orientation(in: bytes))
    }

    /// The image as stored.
    static func decode(_ bytes: [UInt8], _ header: ImageHeader, _ path: String) throws(FramegenError) -> Image {
        var image = Image(width: header.size.width, height: header.size.height)
        let pixelsSize = image.pixels.count
        let message = failure { framegen_png_decode(bytes, bytes.count, &image.pixels, pixelsSize, $0) }
        if let message { throw damaged(path, message) }
        return image
    }

    /// The orientation in the eXIf chunk, before or behind the pixels; upright where there is none.
    private static func orientation(in bytes: [UInt8]) -> Orientation {
        // Behind the eight bytes that start the file: length, kind, content and checksum of each chunk.
        var position = 8
        while position + 8 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = position + 8 + length
            if bytes[position + 4..<position + 8].elementsEqual("eXIf".utf8) {
                return Orientation(exif: bytes[position + 8..<min(end, bytes.count)])
            }
            position = end + 4
        }
        return .upright
    }

    static func encode(_ image: Image) throws(FramegenError) -> [UInt8] {
        var file = framegen_png_file()
        defer { framegen_png_free(&file) }
        let message = failure {
            framegen_png_encode(image.pixels, UInt32(image.width), UInt32(image.height), &file, $0)
        }
        if let message {
            throw FramegenError(.internalFailure, "a frame of \(image.size) cannot be encoded as PNG: \(message)")
        }
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
    }

    /// The message of a call that failed, nil after one that did not.
    private static func failure(_ call: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
        var message = [CChar](repeating: 0, count: Int(FRAMEGEN_PNG_MESSAGE_SIZE))
        let status = message.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map(call) ?? -1 }
        guard status != 0 else { return nil }
        return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func damaged(_ path: String, _ message: String) -> FramegenError {
        FramegenError(.invalidData, "\(path) is a damaged PNG: \(message)")
    }
}

/// Writes PNG files, made for speed: a frame of 720×720 is about half as large again as the smallest PNG of it.
public struct PNGEncoder: ImageEncoding {
    /// `png`.
    public let fileExtension = "png"

    /// The encoder; it has no settings.
    public init() {}

    /// The bytes of a PNG file, 8 bits a channel.
    public func encode(_ image: Image) throws(FramegenError) -> [UInt8] { try PNGFile.encode(image) }
}
