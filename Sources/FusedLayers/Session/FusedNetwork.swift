import FrameGeneration

/// A generator's network of which some layers are computed row by row, and the rest by another engine.
final class FusedNetwork: PreparedNetwork {
    let model: FusedModel
    let first: PreparedLayers?
    let ups: [PreparedLayers]
    let last: PreparedLayers?
    let threads: Int
    private let rest: any PreparedNetwork

    /// - Throws: `FramegenError` with `.internalFailure` where memory is short.
    init(
        _ model: FusedModel, kind: RowsKind, rest: any PreparedNetwork, options: SessionOptions
    ) throws(FramegenError) {
        self.model = model
        self.rest = rest
        threads = options.threads
        let network = model.model
        first = if let first = model.first { try PreparedLayers(first, of: network, kind: kind) } else { nil }
        ups = try model.ups.map { up throws(FramegenError) in try PreparedLayers(up, of: network, kind: kind) }
        last = if let last = model.last { try PreparedLayers(last, of: network, kind: kind) } else { nil }
    }

    func makeSession() throws(FramegenError) -> sending any InferenceSession {
        FusedSession(self, rest: try rest.makeSession())
    }
}
