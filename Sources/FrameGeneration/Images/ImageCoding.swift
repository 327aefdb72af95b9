/// Reads image files as the original's `cv2.imread` does (Documentation/model-family/frames.md, "Template on disk"):
/// 8-bit BGR, orientation applied, grey and palette expanded, alpha dropped, the high byte of 16-bit samples.
public protocol ImageDecoding: Sendable {
    /// The size after orientation, from the file's header, without decoding it where that can be avoided.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is no image, or has
    ///   lost its end.
    func size(ofImageAt path: String) throws(FramegenError) -> ImageSize

    /// The whole image.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is damaged.
    func decodeImage(at path: String) throws(FramegenError) -> PixelImage
}

/// The bytes of an image file.
public protocol ImageEncoding: Sendable {
    /// Without the dot: `png`, `jpg`.
    var fileExtension: String { get }

    /// - Throws: `FramegenError` with `.internalFailure` when the codec refuses the image.
    func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8]
}
