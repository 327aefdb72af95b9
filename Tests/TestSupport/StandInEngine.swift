package import FrameGeneration

/// Stands in for a real engine without computing anything: it takes any network, and answers with zeros, but for faces,
/// which are as bright all over as the first value of the row in the middle of their window of features.
package struct StandInEngine: InferenceEngine {
    /// One run of a network.
    package struct Run: Sendable {
        /// What the run was given, without values that are kept of the template.
        package let inputs: [Tensor]
        /// The window of features; nil in runs of networks that read none.
        package let window: Tensor?
    }

    package let name = "stand-in"
    package let computesAnyNetwork = true
    private let onRun: @Sendable (Run) throws(FramegenError) -> Void

    /// An engine; `onRun` is called before each run, of several sessions at once.
    package init(
        onRun: @escaping @Sendable (Run) throws(FramegenError) -> Void = { _ in }
    ) {
        self.onRun = onRun
    }

    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        StandInSession(network: model.network, onRun: onRun)
    }
}

private final class StandInSession: InferenceSession {
    private let network: NetworkGraph
    private let onRun: @Sendable (StandInEngine.Run) throws(FramegenError) -> Void

    init(
        network: NetworkGraph, onRun: @escaping @Sendable (StandInEngine.Run) throws(FramegenError) -> Void
    ) {
        self.network = network
        self.onRun = onRun
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try network.check(inputs)
        return try answer(inputs)
    }

    func run(_ kept: [BFloat16Tensor], _ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try network.inputs.check(shapes: kept.map(\.shape) + inputs.map(\.shape))
        return try answer(inputs)
    }

    private func answer(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        let window = network.inputs.last?.name == "audio" ? inputs.last : nil
        try onRun(StandInEngine.Run(inputs: inputs, window: window))
        guard let window else { return network.outputShapes.map { Tensor(zeros: $0) } }
        let value = window.values[window.values.count / 2]
        return network.outputShapes.map { shape in
            Tensor(shape: shape, values: [Float](repeating: value, count: shape.reduce(1, *)))
        }
    }
}
