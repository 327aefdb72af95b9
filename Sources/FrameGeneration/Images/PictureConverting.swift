/// Converts images to pictures as video holds them.
public protocol PictureConverting: Sendable {
    /// Converts a whole image.
    ///
    /// - Precondition: The image has no side of 0.
    /// - Throws: `FramegenError` with `.internalFailure` when the converter refuses the image's size.
    func picture(of image: PixelImage) throws(FramegenError) -> PlanarPicture

    /// Converts anew only what changes of a picture when a face is put into its image.
    ///
    /// The picture is then that of the whole image with the face in it, to 50 dB at least.
    ///
    /// - Parameters:
    ///   - picture: the picture of `image`.
    ///   - face: the new pixels.
    ///   - rect: where they go; as large as `face` and inside the image.
    ///   - image: without the face. Colours are filtered, so that some pixels around the face matter too.
    /// - Precondition: The sizes fit.
    /// - Throws: `FramegenError` with `.internalFailure` when the converter refuses the size.
    func update(
        _ picture: inout PlanarPicture, with face: PixelImage, at rect: PixelRect, in image: PixelImage
    ) throws(FramegenError)
}
