#if canImport(ImageIO) && canImport(CoreGraphics)
    import CoreGraphics
    import Foundation
    public import FrameGeneration
    import ImageIO
    public import MediaSupport

    extension ImageFileDecoder {
        /// A decoder by ImageIO; it keeps nothing between files.
        ///
        /// PNG files give the bytes that they hold. Of JPEG files other decoders make bytes that differ by a few
        /// levels, which the standard leaves open: templates that have to look the same everywhere are PNG files.
        public init() { self.init(codec: ImageIOCodec()) }
    }

    /// JPEG and PNG through ImageIO.
    struct ImageIOCodec: ImageCodec {
        func decodeJPEG(_ file: [UInt8]) throws(ImageFault) -> PixelImage {
            guard let header = try JPEGHeader(file) else { throw ImageFault("it ends inside its header") }
            return header.orientation.applied(to: try Self.pixels(of: file, header.size))
        }

        func decodePNG(_ file: [UInt8]) throws(ImageFault) -> PixelImage {
            let header = try PNGHeader { (offset, count) in
                file[min(offset, file.count)..<min(offset + count, file.count)]
            }
            return header.orientation.applied(to: try Self.pixels(of: file, header.size))
        }

        /// The image as it is stored, not turned.
        private static func pixels(of file: [UInt8], _ size: ImageSize) throws(ImageFault) -> PixelImage {
            guard let source = CGImageSourceCreateWithData(Data(file) as CFData, nil),
                let image = CGImageSourceCreateImageAtIndex(source, 0, nil)
            else { throw ImageFault("ImageIO does not take it") }
            guard CGImageSourceGetStatusAtIndex(source, 0) == .statusComplete else {
                throw ImageFault("it is cut off or damaged")
            }
            guard image.width == size.width, image.height == size.height else {
                throw ImageFault("its header contradicts itself")
            }
            guard let data = image.dataProvider?.data else { throw ImageFault("its pixels cannot be unpacked") }
            return try StoredPixels(
                size: size, components: components(of: image), extra: extra(of: image),
                bitsPerComponent: image.bitsPerComponent, bitsPerPixel: image.bitsPerPixel,
                bytesPerRow: image.bytesPerRow,
                isReversed: image.byteOrderInfo == .order32Little || image.byteOrderInfo == .order16Little,
                bytes: [UInt8](data as Data)
            ).image()
        }

        private static func components(of image: CGImage) throws(ImageFault) -> StoredPixels.Components {
            switch image.colorSpace?.model {
            case .monochrome: return .grey
            case .rgb: return .colour
            case .indexed:
                guard let table = image.colorSpace?.colorTable else { throw ImageFault("its palette cannot be read") }
                return .palette(table)
            default: throw ImageFault("its colours are neither grey nor red, green and blue")
            }
        }

        private static func extra(of image: CGImage) throws(ImageFault) -> StoredPixels.Extra {
            switch image.alphaInfo {
            case .none: return .none
            case .first, .noneSkipFirst: return .first
            case .last, .noneSkipLast: return .last
            default: throw ImageFault("its colours are multiplied by their opacity, expected them as they were stored")
            }
        }

        /// The bytes of a file of a type such as `public.png`.
        static func encode(_ image: PixelImage, type: String, quality: Int? = nil) throws(FramegenError) -> [UInt8] {
            let bytes = image.redGreenBlue()
            let result = NSMutableData()
            guard let provider = CGDataProvider(data: Data(bytes) as CFData),
                let space = CGColorSpace(name: CGColorSpace.sRGB),
                let picture = CGImage(
                    width: image.width, height: image.height, bitsPerComponent: 8, bitsPerPixel: 24,
                    bytesPerRow: image.bytesPerRow, space: space, bitmapInfo: CGBitmapInfo(rawValue: 0),
                    provider: provider, decode: nil, shouldInterpolate: false, intent: .defaultIntent),
                let destination = CGImageDestinationCreateWithData(result, type as CFString, 1, nil)
            else { throw refusal(image, type) }
            let share = quality.map { Double($0) / 100 }
            let settings = share.map { [kCGImageDestinationLossyCompressionQuality: $0] as CFDictionary }
            CGImageDestinationAddImage(destination, picture, settings)
            guard CGImageDestinationFinalize(destination) else { throw refusal(image, type) }
            return [UInt8](result as Data)
        }

        private static func refusal(_ image: PixelImage, _ type: String) -> FramegenError {
            FramegenError(.internalFailure, "ImageIO cannot encode an image of \(image.size) as \(type)")
        }
    }

    /// Writes PNG files through ImageIO: colour without loss.
    public struct PNGEncoder: ImageEncoding {
        /// An encoder; there is nothing to set.
        public init() {}

        /// Always `png`.
        public var fileExtension: String { "png" }

        /// The bytes of a PNG file.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when ImageIO refuses the image.
        public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
            try ImageIOCodec.encode(image, type: "public.png")
        }
    }

    /// Writes JPEG files through ImageIO.
    public struct JPEGEncoder: ImageEncoding {
        /// 1 (smallest) to 100 (best), on ImageIO's own scale.
        public let quality: Int

        /// An encoder; a `quality` outside 1…100 means the nearest one inside.
        public init(quality: Int = 95) { self.quality = min(max(quality, 1), 100) }

        /// Always `jpg`.
        public var fileExtension: String { "jpg" }

        /// The bytes of a JPEG file.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when ImageIO refuses the image.
        public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
            try ImageIOCodec.encode(image, type: "public.jpeg", quality: quality)
        }
    }
#endif
