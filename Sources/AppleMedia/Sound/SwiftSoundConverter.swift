public import FrameGeneration
public import MediaSupport

/// Mixes and resamples sound in plain Swift.
///
/// Channels are averaged for features. For viewers one or two stay as they are; of more, the mean is heard on both
/// sides, as nobody says here which speakers they are for.
final class SwiftSoundConverter: SoundConverting {
    private let format: SoundFormat
    private var resampler: SoundResampler?
    private var sampleRate = 0

    init(to format: SoundFormat) { self.format = format }

    func convert(_ samples: [Float], sampleRate: Int, channelCount: Int) throws(SoundFormatError) -> [Float] {
        guard !samples.isEmpty else { return [] }
        guard SoundFormat.sourceRates.contains(sampleRate) else {
            throw SoundFormatError("has \(sampleRate) samples a second, expected 1,000 to 768,000")
        }
        guard (1...64).contains(channelCount) else {
            throw SoundFormatError("has \(channelCount) channels, expected 1 to 64")
        }
        var rest: [Float] = []
        if sampleRate != self.sampleRate {
            rest = finish()
            self.sampleRate = sampleRate
        }
        var resampler =
            self.resampler
            ?? SoundResampler(from: sampleRate, to: format.sampleRate, channelCount: format.channelCount)
        self.resampler = nil
        defer { self.resampler = resampler }
        var samples = samples
        samples.limit(to: format.largestSample)
        return rest + limited(resampler.add(mixed(samples, channelCount)))
    }

    func finish() -> [Float] {
        defer {
            resampler = nil
            sampleRate = 0
        }
        return limited(resampler?.finish() ?? [])
    }

    private func mixed(_ samples: [Float], _ channelCount: Int) -> [Float] {
        if channelCount == format.channelCount { return samples }
        var mixed: [Float] = []
        mixed.reserveCapacity(samples.count / channelCount * format.channelCount)
        for start in stride(from: 0, to: samples.count - channelCount + 1, by: channelCount) {
            var sum = 0.0
            for channel in 0..<channelCount { sum += Double(samples[start + channel]) }
            for _ in 0..<format.channelCount { mixed.append(Float(sum / Double(channelCount))) }
        }
        return mixed
    }

    private func limited(_ samples: [Float]) -> [Float] {
        var samples = samples
        samples.limit(to: format.largestSample)
        return samples
    }
}

extension SampleSound {
    /// The sound of `samples`.
    ///
    /// - Parameters:
    ///   - samples: of which nobody else takes any.
    ///   - uses: the forms that pieces hold; the other one is not made.
    /// - Throws: `FramegenError` with `.invalidRequest` for a rate that is not 1,000 to 768,000 Hz.
    public init(_ samples: SpeechSamples, makes uses: SoundUses = [.speech, .track]) throws(FramegenError) {
        try self.init(samples, makes: uses) { SwiftSoundConverter(to: $0) }
    }
}

extension ConvertedTrack {
    /// The sound of `source`, which has no other reader.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for a format that a video cannot hold.
    public init(of source: any SoundSource, to format: SoundTrackFormat) throws(FramegenError) {
        try self.init(of: source, to: format) { SwiftSoundConverter(to: $0) }
    }
}
