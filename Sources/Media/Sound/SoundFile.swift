import CFFmpeg
public import FrameGeneration

/// The sound of a file, decoded once: as the audio features are made of it and as a video carries it.
///
/// Any file that FFmpeg reads will do: WAV, MP3, M4A, FLAC, Ogg and so on, or a video with sound. For features, channels
/// are averaged; for viewers, more than two are mixed down as FFmpeg does for listening. Other rates are resampled.
/// Damaged parts are left out, and a file that ends early gives what there is of it.
public actor SoundFile: SoundSource, SampleSource {
    /// Samples of speech a second.
    public static let sampleRate = SoundFormat.speech.sampleRate

    /// The path.
    public nonisolated let name: String
    /// The file's rate where AAC knows it, else 48,000, and one or two channels.
    public nonisolated let trackFormat: SoundTrackFormat
    /// By the duration that the file states, which may be wrong; nil where it states none.
    public nonisolated let expectedSpeechSampleCount: Int?
    private let decoder: StreamDecoder
    private var forms: SoundForms
    private var isAtEnd = false
    private let executor = StageExecutor(name: "sound")

    /// Reading blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a file and decodes its beginning.
    ///
    /// - Parameters:
    ///   - path: any file that FFmpeg can read.
    ///   - uses: the forms that pieces hold; the other one is not made.
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData` if it
    ///   has no sound or none that can be decoded.
    public init(path: String, makes uses: SoundUses = [.speech, .track]) throws(FramegenError) {
        let input = try MediaInput(path: path)
        let decoder = try StreamDecoder(input, AVMEDIA_TYPE_AUDIO, name: "sound")
        guard let frame = try decoder.next() else {
            guard let damage = decoder.damage else { throw FramegenError(.invalidData, "\(path) has no sound") }
            throw FramegenError(.invalidData, "\(path) is damaged: \(damage)")
        }
        let trackFormat = SoundFormat.trackFormat(
            sampleRate: Int(frame.pointee.sample_rate), channelCount: Int(frame.pointee.ch_layout.nb_channels))
        var forms = SoundForms(uses, trackFormat: trackFormat)
        try Self.make(&forms, of: frame, path)
        // A header may claim anything.
        expectedSpeechSampleCount = input.duration(of: decoder.stream).flatMap { seconds in
            Int(exactly: (seconds * Double(Self.sampleRate)).rounded())
        }
        name = path
        self.decoder = decoder
        self.trackFormat = trackFormat
        self.forms = forms
    }

    /// The next at most half a second; nil after the last piece.
    ///
    /// - Throws: `FramegenError` naming the file when the system fails to read it.
    public func nextPiece() throws(FramegenError) -> SoundPiece? {
        while true {
            if let piece = forms.next() { return piece }
            guard !isAtEnd else { return nil }
            let frame = try decoder.next()
            isAtEnd = frame == nil
            try Self.make(&forms, of: frame, name)
        }
    }

    /// Converts a piece, or after the last one what the filters still hold.
    private static func make(
        _ forms: inout SoundForms, of frame: UnsafeMutablePointer<AVFrame>?, _ path: String
    ) throws(FramegenError) {
        do throws(SoundFormatError) {
            try forms.make { converter throws(SoundFormatError) in
                guard let frame else { return converter.finish() }
                return try converter.convert(frame)
            }
        } catch {
            throw FramegenError(.invalidData, "\(path) \(error.reason)")
        }
    }
}
