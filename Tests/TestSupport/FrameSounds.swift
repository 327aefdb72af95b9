package import FrameGeneration

/// The sound of a source, cut for one frame after another as a take cuts it.
package actor FrameSounds {
    private let sound: SpeechSound
    private let rate: FrameRate
    private var index = 0

    package init(of source: any SoundSource, at rate: FrameRate) {
        sound = SpeechSound(source, makesFeatures: false)
        self.rate = rate
    }

    /// The span of the next frame.
    package func next() async throws(FramegenError) -> SoundSpan {
        index += 1
        return try await sound.span(upTo: sound.format.firstSample(ofFrame: index, at: rate))
    }
}
