/// A template frame and the sound that belongs to it, ready for the network.
package struct ComposedFrame: Sendable {
    /// The video frames that show it, one or more.
    package let indices: Range<Int>
    /// The feature row in the middle of the sound that belongs to it.
    package let featureRow: Int
    package let prepared: PreparedFrame
    package let audioWindow: Tensor
    /// What the network sees of the face; nil when it has been seen to already.
    let face: Tensor?
    let recipe: FaceRecipe

    /// The network's input for the face, as the original has it.
    package var networkInput: Tensor { face ?? Composer(recipe: recipe).networkInput(for: prepared.faceCrop) }
}

/// A template frame and the face that the network made for it.
package struct GeneratedFrame: Sendable {
    package let composed: ComposedFrame
    package let face: Tensor
}

/// A finished picture and the video frames that show it.
package struct CompositedFrame: Sendable {
    package let indices: Range<Int>
    package let templateIndex: Int
    let composite: CompositeImage
    let picture: PlanarPicture?

    package var image: Image { composite.image }
}
