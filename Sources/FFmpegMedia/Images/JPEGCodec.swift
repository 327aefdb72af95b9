internal import CTurboJPEG
public import FrameGeneration
import MediaSupport

/// JPEG through libjpeg-turbo, with the settings OpenCV leaves at their defaults: accurate integer DCT and fancy
/// upsampling.
enum JPEGCodec {
    /// Decodes a whole file that begins with JPEG's signature.
    static func decode(_ file: [UInt8]) throws(ImageFault) -> PixelImage {
        guard let header = try JPEGHeader(file) else { throw ImageFault("it ends inside its header") }
        guard let decompressor = tjInitDecompress() else { throw ImageFault("libjpeg-turbo cannot be set up") }
        defer { tjDestroy(decompressor) }
        let bytes = header.withoutOddities(file)
        let (width, height) = (header.size.width, header.size.height)
        let isCMYK = header.components == 4
        let bytesPerPixel = isCMYK ? 4 : 3

        try checkSize(of: bytes, is: header.size, with: decompressor)
        var status: Int32 = -1
        let pixels = PageArray<UInt8>(unsafeUninitializedCapacity: width * height * bytesPerPixel) { buffer, count in
            // Also what stays where the file is damaged, so that no memory is left as it was found.
            buffer.initialize(repeating: 0)
            count = buffer.count
            status = tjDecompress2(
                decompressor, bytes, UInt(bytes.count), buffer.baseAddress, Int32(width),
                Int32(width * bytesPerPixel), Int32(height), Int32((isCMYK ? TJPF_CMYK : TJPF_BGR).rawValue),
                TJFLAG_LIMITSCANS)
        }
        if status != 0 {
            let reason = message(of: decompressor)
            guard tjGetErrorCode(decompressor) == Int32(TJERR_WARNING.rawValue), isHarmless(reason) else {
                throw ImageFault(reason)
            }
        }
        let image = PixelImage(width: width, height: height, pixels: isCMYK ? bgr(fromCMYK: pixels) : pixels)
        return header.orientation.applied(to: image)
    }

    /// Encodes with 4:2:0 subsampling, as `cv2.imwrite` does.
    static func encode(_ image: PixelImage, quality: Int) throws(ImageFault) -> [UInt8] {
        guard let compressor = tjInitCompress() else { throw ImageFault("libjpeg-turbo cannot be set up") }
        defer { tjDestroy(compressor) }
        var file: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        defer { tjFree(file) }
        guard let width = Int32(exactly: image.width), let height = Int32(exactly: image.height) else {
            throw ImageFault("its size is \(image.size)")
        }
        let status = image.pixels.withUnsafeBufferPointer { pixels in
            tjCompress2(
                compressor, pixels.baseAddress, width, 0, height, Int32(TJPF_BGR.rawValue), &file, &count,
                Int32(TJSAMP_420.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        }
        guard status == 0, let file else { throw ImageFault(message(of: compressor)) }
        return [UInt8](UnsafeBufferPointer(start: file, count: Int(count)))
    }

    /// Makes sure that libjpeg reads the size that was read here; it would scale otherwise.
    ///
    /// It fails after having read it where the subsampling has no name in its interface, which does not matter here.
    private static func checkSize(
        of bytes: [UInt8], is size: ImageSize, with decompressor: tjhandle
    ) throws(ImageFault) {
        var (width, height, subsampling, colourSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let status = tjDecompressHeader3(
            decompressor, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
        guard Int(width) == size.width, Int(height) == size.height else {
            throw ImageFault(status == 0 ? "its header contradicts itself" : message(of: decompressor))
        }
    }

    /// Whether a warning means only bytes left over before the end of the image; no other is known to be harmless.
    private static func isHarmless(_ warning: String) -> Bool {
        warning.hasPrefix("Corrupt JPEG data: ") && warning.hasSuffix(" extraneous bytes before marker 0xd9")
    }

    private static func message(of handle: tjhandle) -> String {
        tjGetErrorStr2(handle).map { String(cString: $0) } ?? "libjpeg-turbo gives no reason"
    }

    /// OpenCV's conversion of the inverted CMYK that such files hold.
    private static func bgr(fromCMYK pixels: PageArray<UInt8>) -> PageArray<UInt8> {
        var bytes: PageArray<UInt8> = []
        bytes.reserveCapacity(pixels.count / 4 * 3)
        for i in stride(from: 0, to: pixels.count, by: 4) {
            let black = Int(pixels[i + 3])
            for ink in [2, 1, 0] {
                bytes.append(UInt8(truncatingIfNeeded: black - ((255 - Int(pixels[i + ink])) * black) >> 8))
            }
        }
        return bytes
    }
}

/// Writes JPEG files as `cv2.imwrite` does: 4:2:0 subsampling, accurate integer DCT.
public struct JPEGEncoder: ImageEncoding {
    /// 1 (smallest) to 100 (best).
    public let quality: Int

    /// An encoder; a `quality` outside 1…100 means the nearest one inside.
    public init(quality: Int = 95) { self.quality = min(max(quality, 1), 100) }

    /// Always `jpg`.
    public var fileExtension: String { "jpg" }

    /// The bytes of a JPEG file.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when the codec refuses the image.
    public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
        do { return try JPEGCodec.encode(image, quality: quality) } catch {
            throw FramegenError(
                .internalFailure, "cannot encode an image of \(image.size) as JPEG: \(error.reason)", cause: error)
        }
    }
}
