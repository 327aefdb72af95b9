package import FrameGeneration

/// Computes a generator's layers at full resolution itself, each row through all of them while it is in the processor's
/// cache, and leaves the rest to another engine.
///
/// Those layers have a quarter of the multiply-adds and most of the bytes: an engine writes each of their values to
/// memory as a whole and reads it back. Where a network has no such layers in a form that is known here, as `simplified`
/// leaves them, or the processor has none of the instructions, all of it goes to the other engine.
package struct FusingEngine: InferenceEngine {
    /// The other engine's.
    package var name: String { base.name }
    /// The other engine's.
    package var computesAnyNetwork: Bool { base.computesAnyNetwork }
    /// The other engine's.
    package var runsNetworksInParts: Bool { base.runsNetworksInParts }
    private let base: any InferenceEngine
    private let kinds: [RowsKind]

    /// An engine that leaves the rest to `base`.
    ///
    /// - Parameters:
    ///   - base: the other engine.
    ///   - kinds: what rows may be computed with, the fastest first.
    package init(_ base: any InferenceEngine, kinds: [RowsKind] = RowsKind.supported) {
        self.base = base
        self.kinds = kinds
    }

    /// What it computes rows with in `precision`; nil for nothing.
    package func kind(in precision: Precision) -> RowsKind? { kinds.first { $0.precision == precision } }

    /// The names of this processor's instructions, by those of the precisions that rows are computed in with them.
    package static let instructions: [String: String] = Dictionary(
        RowsKind.supported.map { ($0.precision.rawValue, $0.rawValue) }, uniquingKeysWith: { fastest, _ in fastest })

    /// Whether some of the layers of `model` are computed here.
    package func fusesLayers(of model: NetworkModel, in precision: Precision) -> Bool {
        kind(in: precision) != nil && FusedModel(model) != nil
    }

    /// Prepares a network that may go to the other engine whole.
    ///
    /// - Throws: what the other engine throws.
    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        guard let fused = try fuse(model, options: options, sessionCount: 1) else {
            return try base.makeSession(for: model, options: options)
        }
        return try fused.makeSession()
    }

    /// Prepares a network that may go to the other engine whole.
    ///
    /// - Throws: what the other engine throws.
    package func prepare(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> any PreparedNetwork {
        guard let fused = try fuse(model, options: options, sessionCount: sessionCount) else {
            return try base.prepare(model, options: options, sessionCount: sessionCount)
        }
        return fused
    }

    private func fuse(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> FusedNetwork? {
        guard let kind = kind(in: options.precision), let fused = FusedModel(model) else { return nil }
        try options.check()
        var restOptions = options
        restOptions.bfloat16InputCount = fused.restInputCount(ofFirst: options.bfloat16InputCount)
        let rest = try base.prepare(
            fused.rest.splittingForCache(in: options.precision), options: restOptions, sessionCount: sessionCount)
        return try FusedNetwork(fused, kind: kind, rest: rest, options: options)
    }
}
