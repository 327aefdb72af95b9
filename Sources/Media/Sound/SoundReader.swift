import CFFmpeg
import FrameGeneration

/// The sound of a file, decoded and converted piece by piece.
final class SoundReader {
    /// Seconds that the sound lasts, as the file says; nil where it does not.
    let expectedSeconds: Double?
    let format: SoundFormat
    private let path: String
    private let decoder: StreamDecoder
    private let converter: SoundConverter
    /// What was decoded first, to know that something can be.
    private var first: [Float]?
    private var isAtEnd = false

    /// Opens a file and decodes its beginning.
    ///
    /// - Parameters:
    ///   - path: any file that FFmpeg can read.
    ///   - choose: the format wanted, given the samples a second and the channels that the file has.
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it has no sound or
    ///   none that can be decoded.
    init(path: String, as choose: (_ sampleRate: Int, _ channelCount: Int) -> SoundFormat) throws(FramegenError) {
        self.path = path
        let input = try MediaInput(path: path)
        decoder = try StreamDecoder(input, AVMEDIA_TYPE_AUDIO, name: "sound")
        expectedSeconds = input.duration(of: decoder.stream)
        guard let frame = try decoder.next() else {
            guard let damage = decoder.damage else { throw FramegenError(.invalidData, "\(path) has no sound") }
            throw FramegenError(.invalidData, "\(path) is damaged: \(damage)")
        }
        format = choose(Int(frame.pointee.sample_rate), Int(frame.pointee.ch_layout.nb_channels))
        converter = SoundConverter(to: format)
        first = try convert(frame)
    }

    /// The next samples, channels interleaved, possibly none; nil after the last ones.
    ///
    /// - Throws: `FramegenError` naming the file.
    func next() throws(FramegenError) -> [Float]? {
        if let first {
            self.first = nil
            return first
        }
        guard !isAtEnd else { return nil }
        guard let frame = try decoder.next() else {
            isAtEnd = true
            return converter.finish()
        }
        return try convert(frame)
    }

    private func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(FramegenError) -> [Float] {
        do {
            return try converter.convert(frame)
        } catch {
            throw FramegenError(.invalidData, "\(path) \(error.reason)")
        }
    }
}
