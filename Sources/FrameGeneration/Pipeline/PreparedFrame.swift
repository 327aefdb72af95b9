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
    let kept: KeptValues

    /// What it takes to keep it.
    var byteCount: Int {
        image.pixels.count + (parsing?.pixels.count ?? 0) + (picture.map { PlanarPicture.byteCount(of: $0.size) } ?? 0)
            + faceCrop.pixels.count
            + kept.byteCount
    }
}

/// What the network's part that depends on the template frame alone has computed for one.
public enum KeptValues: Sendable, Equatable {
    /// Nothing: the network is run as a whole.
    case none
    /// As they were computed.
    case float32([Tensor])
    /// Rounded, for a network that computes in bfloat16.
    case bfloat16([BFloat16Tensor])

    var byteCount: Int {
        switch self {
        case .none: 0
        case .float32(let tensors): tensors.reduce(0) { $0 + $1.values.count * MemoryLayout<Float>.stride }
        case .bfloat16(let tensors): tensors.reduce(0) { $0 + $1.bits.count * MemoryLayout<UInt16>.stride }
        }
    }
}
