package import FrameGeneration

/// Another engine, watched: a closure sees every run's inputs, and may make it fail.
package struct ObservedEngine: InferenceEngine {
    package var name: String { base.name }
    package var computesAnyNetwork: Bool { base.computesAnyNetwork }
    private let base: any InferenceEngine
    /// Called before each run with the number of runs before it.
    private let onRun: @Sendable (Int, [Tensor]) throws(FramegenError) -> Void

    package init(
        _ base: any InferenceEngine = PassThroughEngine(),
        onRun: @escaping @Sendable (Int, [Tensor]) throws(FramegenError) -> Void
    ) {
        self.base = base
        self.onRun = onRun
    }

    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        ObservedSession(base: try base.makeSession(for: model, options: options), onRun: onRun)
    }
}

private final class ObservedSession: InferenceSession {
    private let base: any InferenceSession
    private let onRun: @Sendable (Int, [Tensor]) throws(FramegenError) -> Void
    private var count = 0

    init(
        base: sending any InferenceSession, onRun: @escaping @Sendable (Int, [Tensor]) throws(FramegenError) -> Void
    ) {
        self.base = base
        self.onRun = onRun
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try onRun(count, inputs)
        count += 1
        return try base.run(inputs)
    }
}

extension NetworkModel {
    /// The generator's network with zeros for weights, for engines that do not look at them.
    package static func zeros(for generator: Generator) throws -> NetworkModel {
        let network = generator.network
        return try NetworkModel(
            network: network,
            weights: Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) }))
    }
}
