/// The sound that belongs to one video frame, or another stretch of the sound of a video.
public struct SoundSpan: Sendable, Equatable {
    /// How the samples are held.
    public let format: SoundTrackFormat
    /// Samples of each channel before it, counted from the beginning of the speech.
    public let start: Int
    /// −1…1, channels interleaved.
    public let samples: [Float]

    /// Samples of each channel.
    public var sampleCount: Int { samples.count / format.channelCount }
    /// Samples of each channel up to its end, counted from the beginning of the speech.
    public var end: Int { start + sampleCount }

    /// A stretch of sound.
    ///
    /// - Parameters:
    ///   - format: how the samples are held.
    ///   - start: samples of each channel before it, from 0.
    ///   - samples: −1…1, channels interleaved.
    /// - Precondition: There is a channel, each has as many samples, and `start` is not negative.
    public init(format: SoundTrackFormat, start: Int, samples: [Float]) {
        precondition(
            start >= 0 && format.channelCount > 0 && samples.count.isMultiple(of: format.channelCount),
            "\(samples.count) samples of \(format.channelCount) channels from \(start) on")
        self.format = format
        self.start = start
        self.samples = samples
    }
}
