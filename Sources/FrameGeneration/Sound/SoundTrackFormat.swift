/// How the sound of a video is held: as 32-bit floats, −1…1, channels interleaved.
public struct SoundTrackFormat: Sendable, Hashable, Codable {
    /// Samples of each channel in a second.
    public let sampleRate: Int
    /// 1 or 2.
    public let channelCount: Int

    /// A format; whether a video can hold it, who writes the video says.
    public init(sampleRate: Int, channelCount: Int) {
        self.sampleRate = sampleRate
        self.channelCount = channelCount
    }

    /// Samples of each channel before a frame of a video.
    ///
    /// Frame `i` has the samples from `firstSample(ofFrame: i, at: rate)` to before `firstSample(ofFrame: i + 1, at:
    /// rate)`: the nearest ones to its time, so that they never drift from the pictures.
    ///
    /// - Parameters:
    ///   - index: from 0, counted from the beginning of the speech.
    ///   - rate: frames a second.
    /// - Returns: the index of its first sample.
    /// - Precondition: `index` is not negative, and under 2⁴⁰.
    public func firstSample(ofFrame index: Int, at rate: FrameRate) -> Int {
        precondition((0..<1 << 40).contains(index), "frame \(index)")
        // Needs up to 77 bits.
        let product = Int128(index) * Int128(sampleRate) * Int128(rate.denominator)
        return Int((product + Int128(rate.numerator / 2)) / Int128(rate.numerator))
    }
}
