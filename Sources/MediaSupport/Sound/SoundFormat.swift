package import FrameGeneration

/// How sound is wanted.
package struct SoundFormat: Sendable {
    package enum Mixing: Sendable {
        /// Every channel has the same share (Documentation/model-family/audio.md, "Wav to mel", 1).
        case average
        /// As FFmpeg makes stereo of more channels: those in front loudest.
        case forListening
    }

    /// Samples a second.
    package var sampleRate: Int
    package var channelCount: Int
    package var mixing: Mixing
    /// The largest magnitude of a sample; what is beyond it is clipped before it is resampled and after.
    package var largestSample: Float

    /// Rates that can be converted, samples a second.
    package static let sourceRates = 1_000...768_000

    /// Rates that AAC knows, samples a second.
    private static let trackRates = [
        7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000,
    ]

    /// What audio features are made of.
    ///
    /// Sound above full scale is taken as it is, as the original takes it. The limit only keeps the filters' sums finite:
    /// not even 32-bit samples that somebody stored as such numbers exceed it.
    package static let speech = SoundFormat(
        sampleRate: 16_000, channelCount: 1, mixing: .average, largestSample: 0x1p31)

    /// What viewers hear.
    package static func track(_ format: SoundTrackFormat) -> SoundFormat {
        SoundFormat(
            sampleRate: format.sampleRate, channelCount: format.channelCount, mixing: .forListening,
            largestSample: 1)
    }

    /// What viewers hear of sound of a rate and a number of channels: as much of both as AAC and stereo can hold.
    package static func trackFormat(sampleRate: Int, channelCount: Int) -> SoundTrackFormat {
        SoundTrackFormat(
            sampleRate: trackRates.contains(sampleRate) ? sampleRate : 48_000, channelCount: min(channelCount, 2))
    }

    /// - Throws: `FramegenError` with `.invalidRequest` when a video cannot hold sound of a format.
    package static func validate(_ format: SoundTrackFormat) throws(FramegenError) {
        guard trackRates.contains(format.sampleRate) else {
            let rates = trackRates.map(String.init).joined(separator: ", ")
            throw FramegenError(
                .invalidRequest,
                "sound of \(format.sampleRate) samples a second, expected a rate that a video has: \(rates)")
        }
        guard (1...2).contains(format.channelCount) else {
            throw FramegenError(
                .invalidRequest, "sound of \(format.channelCount) channels for a video, expected 1 or 2")
        }
    }
}

/// Why sound cannot be converted.
package struct SoundFormatError: Error {
    /// To follow the file's name.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
