/// A stretch of decoded sound in both forms; the two need not be equally long, only all pieces together are.
public struct SoundPiece: Sendable, Equatable {
    /// What features are made of: mono, 16,000 samples a second, −1…1.
    public var speech: [Float]
    /// What viewers hear: interleaved, in the source's `trackFormat`, −1…1.
    public var track: [Float]

    /// A piece of sound.
    public init(speech: [Float], track: [Float]) {
        self.speech = speech
        self.track = track
    }
}

/// The forms of sound that are wanted; what is not wanted stays empty in every piece, and costs nothing.
public struct SoundUses: OptionSet, Sendable {
    /// One bit a form.
    public let rawValue: Int

    /// Forms from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `SoundPiece.speech`.
    public static let speech = SoundUses(rawValue: 1)
    /// `SoundPiece.track`.
    public static let track = SoundUses(rawValue: 2)
}

/// Sound that is given out once, in pieces of at most half a second, as features need it and as viewers hear it.
///
/// A source serves one reader, who asks for a piece only when the one before has come.
public protocol SoundSource: Sendable {
    /// What it is called in errors, such as its path.
    var name: String { get }
    /// The format of every piece's `track`.
    var trackFormat: SoundTrackFormat { get }
    /// Samples of `speech` in all, as far as that is known beforehand; containers may be wrong about it.
    var expectedSpeechSampleCount: Int? { get }

    /// The next piece, in which at least one form is not empty, or nil after the last one.
    ///
    /// - Throws: `FramegenError` when the sound cannot be read.
    func nextPiece() async throws(FramegenError) -> SoundPiece?

    /// What the user should know of the sound, each a sentence that names the sound, and each told once.
    ///
    /// Asked for once before the first piece, and after every piece.
    ///
    /// - Parameter isOver: whether no piece will be asked for any more, so that what was read is judged as a whole.
    /// - Returns: what was found since the last call.
    func newWarnings(isOver: Bool) async -> [String]
}

extension SoundSource {
    /// None.
    public func newWarnings(isOver: Bool) -> [String] { [] }
}

/// A source that is read for its speech alone.
extension SampleSource where Self: SoundSource {
    /// As `expectedSpeechSampleCount`.
    public var expectedSampleCount: Int? { expectedSpeechSampleCount }

    /// The speech of the next pieces that have some.
    public func nextSamples() async throws(FramegenError) -> [Float]? {
        while let piece = try await nextPiece() {
            if !piece.speech.isEmpty { return piece.speech }
        }
        return nil
    }
}
