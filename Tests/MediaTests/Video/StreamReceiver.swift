import FrameGeneration
import Media

/// Keeps what is sent, until it has had enough.
actor StreamReceiver: StreamWriter {
    /// With bytes.
    private(set) var pieces: [[UInt8]] = []
    private(set) var kinds: [StreamPiece.Kind] = []
    private let limit: Int

    init(limit: Int = .max) { self.limit = limit }

    func write(_ piece: StreamPiece) throws(FramegenError) {
        guard pieces.count < limit else { throw FramegenError(.cannotWrite, "the viewer has gone") }
        kinds.append(piece.kind)
        if piece.kind != .end { pieces.append(piece.bytes) }
    }

    var fragments: [StreamFragmentTimes] {
        kinds.compactMap { kind in if case .fragment(let times) = kind { times } else { nil } }
    }
}
