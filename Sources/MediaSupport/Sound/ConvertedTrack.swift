public import FrameGeneration

/// Another source's sound with its track in another format, such as that of a stream which one sound after the other goes
/// into.
public actor ConvertedTrack: SoundSource {
    /// The other source's.
    public nonisolated let name: String
    /// As it was asked for.
    public nonisolated let trackFormat: SoundTrackFormat
    /// The other source's.
    public nonisolated let expectedSpeechSampleCount: Int?
    private let source: any SoundSource
    private let converter: (any SoundConverting)?
    private var isAtEnd = false

    /// The sound of `source`; each platform's libraries have an initialiser without a converter.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for a format that a video cannot hold.
    package init(
        of source: any SoundSource, to format: SoundTrackFormat, by makeConverter: (SoundFormat) -> any SoundConverting
    ) throws(FramegenError) {
        try SoundFormat.validate(format)
        self.source = source
        name = source.name
        trackFormat = format
        expectedSpeechSampleCount = source.expectedSpeechSampleCount
        converter = source.trackFormat == format ? nil : makeConverter(.track(format))
    }

    /// The next piece, whose track may be shorter or longer than its speech by what the filter holds.
    ///
    /// - Throws: what the source throws; `.invalidData` with its name when it cannot be converted.
    public func nextPiece() async throws(FramegenError) -> SoundPiece? {
        guard let converter else { return try await source.nextPiece() }
        while !isAtEnd {
            guard var piece = try await source.nextPiece() else {
                isAtEnd = true
                let rest = converter.finish()
                return rest.isEmpty ? nil : SoundPiece(speech: [], track: rest)
            }
            do throws(SoundFormatError) {
                piece.track = try converter.convert(
                    piece.track, sampleRate: source.trackFormat.sampleRate,
                    channelCount: source.trackFormat.channelCount)
            } catch {
                throw FramegenError(.invalidData, "\(name) \(error.reason)")
            }
            if !piece.speech.isEmpty || !piece.track.isEmpty { return piece }
        }
        return nil
    }

    /// The other source's.
    public func newWarnings(isOver: Bool) async -> [String] { await source.newWarnings(isOver: isOver) }
}
