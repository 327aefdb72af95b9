import CFFmpeg
public import FrameGeneration
import MediaSupport

/// The sound of a file, decoded once: as the audio features are made of it and as a video carries it.
///
/// Any file that FFmpeg reads will do: WAV, MP3, M4A, FLAC, Ogg and so on, or a video with sound. For features, channels
/// are averaged; for viewers, more than two are mixed down as FFmpeg does for listening. Other rates are resampled.
/// Sound lies where the file's time stamps say: of what is missing or damaged, up to some tens of milliseconds are left
/// out, and more becomes silence. A file that ends early gives what there is of it.
public actor SoundFile: SoundSource, SampleSource {
    /// Seconds that may be missing at the end without a word: what encoders put before a sound counts for some.
    private static let notableLack = 0.2
    /// Samples of speech a second.
    public static let sampleRate = SoundFormat.speech.sampleRate

    /// The path.
    public nonisolated let name: String
    /// The file's rate where AAC knows it, else 48,000, and one or two channels.
    public nonisolated let trackFormat: SoundTrackFormat
    /// By the duration that the file states, which may be wrong; nil where it states none.
    public nonisolated let expectedSpeechSampleCount: Int?
    private let decoder: SoundDecoder
    private var forms: SoundForms<SoundConverter>
    private var check: SoundCheck
    private var isAtEnd = false
    private var hasToldOfStamps = false
    /// Seconds that the stream lasts, as the file says.
    private let statedDuration: Double?
    /// The part that is there of the sound that a WAV file's header states; FFmpeg goes by what is there.
    private let presentShare: Double?
    private let executor = StageExecutor(name: "sound")

    /// Reading blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a file and decodes its beginning.
    ///
    /// - Parameters:
    ///   - path: any file that FFmpeg can read.
    ///   - stream: which of its sound streams, counted from 0 as in FFmpeg's `a:0`; nil for the one that players would
    ///     choose, of which a warning tells where there are several.
    ///   - uses: the forms that pieces hold; the other one is not made.
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData` if it
    ///   has no sound or none that can be decoded, `.invalidRequest` if it has no such stream.
    public init(
        path: String, stream: Int? = nil, makes uses: SoundUses = [.speech, .track]
    ) throws(FramegenError) {
        let input = try MediaInput(path: path)
        let chosen = try SoundStream(stream, of: input)
        let decoder = try SoundDecoder(input, chosen.pointer)
        guard let frame = try decoder.next() else {
            guard let damage = decoder.damage else { throw FramegenError(.invalidData, "\(path) has no sound") }
            throw FramegenError(.invalidData, "\(path) is damaged: \(damage)")
        }
        let trackFormat = SoundFormat.trackFormat(
            sampleRate: Int(frame.pointee.sample_rate), channelCount: Int(frame.pointee.ch_layout.nb_channels))
        var forms = SoundForms(uses, trackFormat: trackFormat) { SoundConverter(to: $0) }
        try Self.make(&forms, of: frame, path)
        let duration = input.duration(of: decoder.stream)
        statedDuration = input.ownDuration(of: decoder.stream)
        let end = input.formatNames.contains("wav") ? try WaveEnd(of: RegularFile(path)) : nil
        presentShare = end?.presentShare
        // A header may claim anything.
        expectedSpeechSampleCount = duration.flatMap { seconds in
            Int(exactly: (seconds * Double(Self.sampleRate)).rounded())
        }
        var check = SoundCheck(path, uses)
        if let warning = chosen.warning { check.note(warning) }
        if let byteCount = end?.unreadByteCount { check.note(Self.warning(ofJoined: path, byteCount, duration)) }
        check.look(at: frame, from: decoder.start)
        self.check = check
        name = path
        self.decoder = decoder
        self.trackFormat = trackFormat
        self.forms = forms
    }

    /// Checks that a file is sound or video, by its beginning alone.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData` that says
    ///   what it is otherwise.
    public static func checkKind(_ path: String) throws(FramegenError) { try MediaInput.checkKind(path) }

    /// The next at most half a second; nil after the last piece.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound` when the system fails to read it, `.invalidData` when its
    ///   time stamps jump by more than a minute.
    public func nextPiece() throws(FramegenError) -> SoundPiece? {
        while true {
            if let piece = forms.next() {
                check.look(atTrack: piece.track, channelCount: trackFormat.channelCount)
                return piece
            }
            guard !isAtEnd else { return nil }
            let frame = try decoder.next()
            isAtEnd = frame == nil
            if let frame {
                check.look(at: frame, from: decoder.start)
            } else if let warning = warningOfLack() {
                check.note(warning)
            }
            try Self.make(&forms, of: frame, name)
        }
    }

    /// What there is to know of the choice of a stream, of time stamps, of samples that are no sound or far too large, of
    /// channels that cancel each other, of a WAV file that goes on with another one, and of a file that ends early.
    public func newWarnings(isOver: Bool) -> [String] {
        if let warning = decoder.warning, !hasToldOfStamps {
            hasToldOfStamps = true
            check.note(warning)
        }
        return check.newWarnings(isOver: isOver)
    }

    /// That the sound is over before the file says so, where it is.
    private func warningOfLack() -> String? {
        let stated = presentShare.flatMap { $0 > 0 ? decoder.end / $0 : nil } ?? statedDuration
        guard let stated, stated - decoder.end > Self.notableLack else { return nil }
        return
            "\(name) says that its sound lasts \(stated.secondsText), and ends after \(decoder.end.secondsText): the rest "
            + "is missing"
    }

    private static func warning(ofJoined path: String, _ byteCount: Int, _ seconds: Double?) -> String {
        let played = seconds.map { "the first \($0.secondsText) are" } ?? "the first one is"
        return "\(path) holds another WAV file behind its sound: \(played) played, \(byteCount) bytes are left unread"
    }

    /// Converts a piece, or after the last one what the filters still hold.
    private static func make(
        _ forms: inout SoundForms<SoundConverter>, of frame: UnsafeMutablePointer<AVFrame>?, _ path: String
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
