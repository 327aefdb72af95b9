public import FrameGeneration

/// Takes the pieces of a stream in their order, such as a connection.
public protocol StreamWriter: Sendable {
    /// Takes the next piece; the next call comes when this one has returned.
    ///
    /// - Throws: `FramegenError`, which ends the stream.
    func write(_ piece: StreamPiece) async throws(FramegenError)
}
