/// Takes finished frames in their order and makes something lasting of them.
public protocol FrameSink: Sendable {
    /// Takes the sound just before the first frame, where the take begins in the middle of a speech, as a segment does.
    ///
    /// Called at most once, and before the first frame. By default nothing is made of it.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` where it does not fit.
    func write(soundBefore span: SoundSpan) async throws(FramegenError)

    /// Adds a frame.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func write(_ frame: Frame) async throws(FramegenError)

    /// Completes the output after the last frame; until then nothing unfinished is to be seen under its final name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func finish() async throws(FramegenError)

    /// Removes what cannot be used without `finish`; called instead of it.
    func abandon() async
}

extension FrameSink {
    /// Does nothing.
    public func write(soundBefore _: SoundSpan) async throws(FramegenError) {}
}
