internal import CPNG
public import FrameGeneration
import MediaSupport

/// PNG through libpng.
enum PNGCodec {
    /// Decodes a whole file that begins with PNG's signature.
    static func decode(_ file: [UInt8]) throws(ImageFault) -> PixelImage {
        let header = try PNGHeader { (offset, count) in
            file[min(offset, file.count)..<min(offset + count, file.count)]
        }
        let (width, height) = (header.size.width, header.size.height)
        var message = Message()
        var status: Int32 = -1
        let pixels = PageArray<UInt8>(unsafeUninitializedCapacity: width * height * PixelImage.channels) {
            buffer, count in
            buffer.initialize(repeating: 0)
            count = buffer.count
            guard let base = buffer.baseAddress else { return }
            status = framegen_png_decode_bgr(
                file, file.count, UInt32(width), UInt32(height), base, &message.text, message.text.count)
        }
        guard status == 0 else { throw ImageFault(message.description) }
        return header.orientation.applied(to: PixelImage(width: width, height: height, pixels: pixels))
    }

    static func encode(_ image: PixelImage) throws(ImageFault) -> [UInt8] {
        guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
            throw ImageFault("its size is \(image.size)")
        }
        var message = Message()
        var file: UnsafeMutablePointer<UInt8>?
        var count = 0
        defer { framegen_png_free(file) }
        let status = image.pixels.withUnsafeBufferPointer { pixels -> Int32 in
            guard let base = pixels.baseAddress else { return -1 }
            return framegen_png_encode_bgr(base, width, height, &file, &count, &message.text, message.text.count)
        }
        guard status == 0, let file else { throw ImageFault(message.description) }
        return [UInt8](UnsafeBufferPointer(start: file, count: count))
    }

    /// Room for the text of an error.
    private struct Message: CustomStringConvertible {
        var text = [CChar](repeating: 0, count: 128)

        var description: String {
            String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}

/// Writes PNG files quickly rather than small.
///
/// Colour without loss, and larger than the usual settings make them by a few tens of percent.
public struct PNGEncoder: ImageEncoding {
    /// An encoder; there is nothing to set.
    public init() {}

    /// Always `png`.
    public var fileExtension: String { "png" }

    /// The bytes of a PNG file.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when the codec refuses the image.
    public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
        do { return try PNGCodec.encode(image) } catch {
            throw FramegenError(
                .internalFailure, "cannot encode an image of \(image.size) as PNG: \(error.reason)", cause: error)
        }
    }
}
