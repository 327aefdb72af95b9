/// Takes finished frames in their order, with the sound that belongs to them, and makes something of them.
public protocol FrameSink: Sendable {
    /// Whether it looks at frames' `picture`; where template frames come back, it is then made ahead of the sink, and only
    /// the face's part of it anew.
    var wantsPictures: Bool { get }

    /// What the user should know of the output; nil where there is nothing.
    var warning: String? { get }

    /// Adds a frame and its sound.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func write(_ frame: Frame) async throws(FramegenError)

    /// Tells the sound just before the first frame, where the take begins within a speech; called at most once, and
    /// before the first frame.
    ///
    /// - Throws: as `write(_:)`.
    func write(soundBefore span: SoundSpan) async throws(FramegenError)

    /// Completes the output after the last frame; until then nothing unfinished is to be seen under its final name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func finish() async throws(FramegenError)

    /// Removes what cannot be used without `finish`; called instead of it.
    func abandon() async
}

extension FrameSink {
    /// False.
    public var wantsPictures: Bool { false }

    /// Nil.
    public var warning: String? { nil }

    /// Does nothing with it.
    public func write(soundBefore span: SoundSpan) async throws(FramegenError) {}
}
