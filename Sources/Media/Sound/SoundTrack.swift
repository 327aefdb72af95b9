import FrameGeneration

/// The sound of a file as a video carries it: one or two channels, cut to or filled up with silence to any length.
final class SoundTrack {
    /// Rates that AAC knows, samples a second.
    private static let sampleRates = [
        7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000,
    ]

    /// Samples a second.
    var sampleRate: Int { reader.format.sampleRate }
    /// 1 or 2.
    var channelCount: Int { reader.format.channelCount }
    private let reader: SoundReader
    private var decoded: [Float] = []
    private var position = 0

    /// Opens a file and decodes its beginning.
    ///
    /// - Throws: as `SoundReader`.
    init(path: String) throws(FramegenError) {
        reader = try SoundReader(path: path) { sampleRate, channelCount in
            SoundFormat(
                sampleRate: Self.sampleRates.contains(sampleRate) ? sampleRate : 48_000,
                channelCount: min(channelCount, 2), mixing: .forListening)
        }
    }

    /// The next `count` samples of each channel, interleaved, −1…1; silence after the end.
    ///
    /// - Throws: `FramegenError` naming the file when the system fails to read it.
    func read(_ count: Int) throws(FramegenError) -> [Float] {
        let wanted = count * channelCount
        var samples: [Float] = []
        samples.reserveCapacity(wanted)
        while samples.count < wanted {
            if position == decoded.count {
                guard let next = try reader.next() else { break }
                (decoded, position) = (next, 0)
            }
            let end = min(position + wanted - samples.count, decoded.count)
            samples += decoded[position..<end]
            position = end
        }
        samples += repeatElement(0, count: wanted - samples.count)
        return samples
    }
}
