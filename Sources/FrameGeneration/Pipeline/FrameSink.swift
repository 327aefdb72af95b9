/// Takes finished frames in their order and makes something lasting of them.
public protocol FrameSink: Sendable {
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
