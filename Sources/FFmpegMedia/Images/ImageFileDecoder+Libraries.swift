import FrameGeneration
public import MediaSupport

extension ImageFileDecoder {
    /// A decoder by libjpeg-turbo and libpng; it keeps nothing between files.
    public init() { self.init(codec: LibraryCodec()) }
}

private struct LibraryCodec: ImageCodec {
    func decodeJPEG(_ file: [UInt8]) throws(ImageFault) -> PixelImage { try JPEGCodec.decode(file) }

    func decodePNG(_ file: [UInt8]) throws(ImageFault) -> PixelImage { try PNGCodec.decode(file) }
}
