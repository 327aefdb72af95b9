/// Sound as the audio features are made of it: mono, 16,000 samples a second, −1…1, given out once, in pieces.
///
/// A source serves one reader, who asks for a piece only when the one before has come.
public protocol SampleSource: Sendable {
    /// Samples in all as far as that is known beforehand; containers may be wrong about it.
    var expectedSampleCount: Int? { get }

    /// The next samples, one or more, or nil after the last ones.
    ///
    /// - Throws: `FramegenError` when the sound cannot be read.
    func nextSamples() async throws(FramegenError) -> [Float]?
}
