/// A template frame with all that depends on it alone and not on the sound.
package struct PreparedFrame: Sendable {
    package let templateIndex: Int
    package let source: Template.Frame
    let image: Image
    let parsing: Image?
    /// The image as video holds it, where the frames become a video.
    let picture: PlanarPicture?
    /// The face box, resized.
    package let faceCrop: Image
    /// What the network's part that depends on the template frame alone has computed; empty where the network is run as
    /// a whole.
    ///
    /// Half the size of float32.
    let kept: [BFloat16Tensor]

    /// What it takes to keep it.
    var byteCount: Int {
        image.pixels.count + (parsing?.pixels.count ?? 0) + (picture.map { PlanarPicture.byteCount(of: $0.size) } ?? 0)
            + faceCrop.pixels.count
            + kept.reduce(0) { $0 + $1.bits.count * MemoryLayout<UInt16>.stride }
    }
}
