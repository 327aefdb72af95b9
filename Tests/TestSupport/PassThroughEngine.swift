package import FrameGeneration

/// Returns the first three channels of its input: the unmasked face, so that frames come out as they went in.
package struct PassThroughEngine: InferenceEngine {
    package let name = "pass-through"
    /// Called at each run with the number of runs before it.
    package var onRun: @Sendable (Int, [Tensor]) throws(FramegenError) -> Void

    package init(onRun: @escaping @Sendable (Int, [Tensor]) throws(FramegenError) -> Void = { _, _ in }) {
        self.onRun = onRun
    }

    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        PassThroughSession(onRun: onRun)
    }
}

private final class PassThroughSession: InferenceSession {
    private let onRun: @Sendable (Int, [Tensor]) throws(FramegenError) -> Void
    private var count = 0

    init(onRun: @escaping @Sendable (Int, [Tensor]) throws(FramegenError) -> Void) {
        self.onRun = onRun
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try onRun(count, inputs)
        count += 1
        let shape = inputs[0].shape
        let values = Array(inputs[0].values[..<(inputs[0].values.count / 2)])
        return [Tensor(shape: [shape[0], shape[1] / 2, shape[2], shape[3]], values: values)]
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
