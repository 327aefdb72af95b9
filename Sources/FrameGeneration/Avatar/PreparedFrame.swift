/// A template frame with all that depends on it alone and not on the sound; shared by the takes that show it.
package final class PreparedFrame: Sendable {
    package let templateIndex: Int
    package let source: Template.Frame
    let image: PixelImage
    let labels: FaceLabels?
    /// The face box, resized.
    package let faceCrop: PixelImage
    private let picture = OnceValue<PlanarPicture>()
    private let pasteMask = OnceValue<PasteMask>()
    private let detail = OnceValue<LostDetail>()
    private let kept = OnceValue<[BFloat16Tensor]>()

    package init(
        templateIndex: Int, source: Template.Frame, image: PixelImage, labels: FaceLabels?, faceCrop: PixelImage
    ) {
        self.templateIndex = templateIndex
        self.source = source
        self.image = image
        self.labels = labels
        self.faceCrop = faceCrop
    }

    /// The image as video holds it, converted at the first call.
    ///
    /// - Throws: what the converter throws.
    func picture(by converter: any PictureConverting) throws(FramegenError) -> PlanarPicture {
        try picture.value { () throws(FramegenError) in try converter.picture(of: image) }
    }

    /// Where the face fades into the image, computed at the first call.
    func pasteMask(_ make: () -> PasteMask) -> PasteMask { pasteMask.value(make) }

    /// What the face loses on its way through the network's square, computed at the first call.
    func lostDetail(_ make: () -> LostDetail) -> LostDetail { detail.value(make) }

    /// What the template part of the network computes, computed at the first call; who calls meanwhile waits for it.
    ///
    /// - Throws: what `compute` throws; the next caller tries anew.
    func keptValues(_ compute: () throws(FramegenError) -> [BFloat16Tensor]) throws(FramegenError) -> [BFloat16Tensor] {
        try kept.value(compute)
    }
}
