/// A template frame and the sound that belongs to it, ready for the network.
package struct CutFrame: Sendable {
    /// The video frames that show it, one or more.
    package let indices: Range<Int>
    /// The feature row in the middle of the sound that belongs to it.
    package let featureRow: Int
    package let prepared: PreparedFrame
    package let audioWindow: Tensor
    /// The sound of each of the video frames; empty where the speech has none.
    let sounds: [SoundSpan]
    /// Of the first frame of a take that begins within the speech: the sound just before it.
    let soundBefore: SoundSpan?
    /// Of live speech, one for each of the video frames; otherwise empty.
    let live: [LiveMark]
    private let recipe: FaceRecipe

    init(_ cue: Cue, prepared: PreparedFrame, recipe: FaceRecipe) {
        indices = cue.indices
        featureRow = cue.featureRow
        audioWindow = cue.window
        sounds = cue.sounds
        soundBefore = cue.soundBefore
        live = cue.live
        self.prepared = prepared
        self.recipe = recipe
    }

    /// Whether its face is the one for silence.
    var isIdle: Bool { live.last?.isIdle == true }

    /// The network's input for the face, as the original has it.
    package var networkInput: Tensor { FaceCutter(recipe: recipe).networkInput(for: prepared.faceCrop) }
}

/// A template frame and the face that the network made for it.
package struct InferredFrame: Sendable {
    package let cut: CutFrame
    package let face: Tensor
}

/// A template frame on its way from the network to the paste.
enum FaceFrame: Sendable {
    /// With the face that the network made for it.
    case inferred(InferredFrame)
    /// With the face for silence, which was kept from before: the pixels of its place in the frame.
    case kept(CutFrame, PixelImage)

    var cut: CutFrame {
        switch self {
        case .inferred(let frame): frame.cut
        case .kept(let cut, _): cut
        }
    }
}

/// A finished picture and the video frames that show it.
package struct PastedFrame: Sendable {
    package let indices: Range<Int>
    package let templateIndex: Int
    let composite: CompositeImage
    let picture: FramePicture?
    let sounds: [SoundSpan]
    let soundBefore: SoundSpan?
    let live: [LiveMark]

    package var image: PixelImage { composite.image }
}
