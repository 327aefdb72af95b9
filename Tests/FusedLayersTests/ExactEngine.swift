import FrameGeneration
import FusedLayers
import Testing

/// The reference engine, whatever precision is asked for: what is less exact beside it are the layers in question.
struct ExactEngine: InferenceEngine {
    let name = "exact"
    let computesAnyNetwork = true

    func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        try ReferenceEngine().makeSession(for: model, options: SessionOptions(threads: 1))
    }

    /// What a network gives with its layers fused.
    static func runFused(
        _ model: NetworkModel, _ inputs: [Tensor], _ kind: RowsKind, threads: Int = 1
    ) throws -> [Tensor] {
        let engine = FusingEngine(ExactEngine(), kinds: [kind])
        #expect(engine.fusesLayers(of: model, in: kind.precision))
        let options = SessionOptions(threads: threads, precision: kind.precision)
        let session = try engine.prepare(model, options: options, sessionCount: 1).makeSession()
        // Twice, as what is left of one run must not show in the next.
        _ = try session.run(inputs.map { Tensor(zeros: $0.shape) })
        return try session.run(inputs)
    }
}

/// The root of the mean squared difference of two tensors.
func meanDifference(_ first: Tensor, _ second: Tensor) -> Double {
    let sum = zip(first.values, second.values).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (sum / Double(first.values.count)).squareRoot()
}
