public import FrameGeneration

/// Takes the bytes of a stream in their order, such as a connection.
public protocol ByteWriter: Sendable {
    /// Takes the next bytes; the next call comes when this one has returned.
    ///
    /// - Parameter bytes: not empty.
    /// - Throws: `FramegenError`, which ends the stream.
    func write(_ bytes: [UInt8]) async throws(FramegenError)
}
