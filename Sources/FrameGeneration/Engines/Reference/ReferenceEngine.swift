/// Runs a network node by node in plain Swift on one thread.
///
/// It needs no runtime: the oracle in tests, and the fallback where no other engine is found. Slow by design: every
/// operation is written as its definition reads.
public struct ReferenceEngine: InferenceEngine {
    /// `reference`.
    public let name = "reference"

    /// True.
    public let computesAnyNetwork = true

    /// The engine; it has no settings.
    public init() {}

    /// A session that computes on the calling thread, whatever number of threads `options` allow.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for a precision other than fp32.
    public func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        guard options.precision == .fp32 else {
            throw FramegenError(
                .invalidRequest, "the reference engine does not compute in \(options.precision), expected fp32")
        }
        return ReferenceSession(model: model)
    }
}

private final class ReferenceSession: InferenceSession {
    private let model: NetworkModel
    /// Index of the last node that reads each value, so that a value is let go as soon as nobody needs it.
    private let lastUse: [String: Int]

    init(model: NetworkModel) {
        self.model = model
        var lastUse: [String: Int] = [:]
        for (index, node) in model.network.nodes.enumerated() {
            for input in node.inputs { lastUse[input] = index }
        }
        for output in model.network.outputs { lastUse[output] = model.network.nodes.count }
        self.lastUse = lastUse
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try model.network.check(inputs)
        var values: [String: Tensor] = [:]
        for (input, tensor) in zip(model.network.inputs, inputs) { values[input.name] = tensor }
        for (index, node) in model.network.nodes.enumerated() {
            guard !Task.isCancelled else { throw FramegenError(.cancelled, "inference was cancelled") }
            values[node.name] = result(of: node, reading: node.inputs.compactMap { values[$0] })
            for input in node.inputs where lastUse[input] == index { values[input] = nil }
        }
        return model.network.outputs.compactMap { values[$0] }
    }

    private func result(of node: NetworkGraph.Node, reading inputs: [Tensor]) -> Tensor {
        switch node.operation {
        case .convolution(let convolution):
            ReferenceKernels.convolution(
                convolution, inputs[0], weight: parameter(convolution.weightKey),
                bias: convolution.biasKey.map(parameter), outputShape: node.shape)
        case .batchNormalization(let prefix, let epsilon):
            ReferenceKernels.batchNormalization(
                inputs[0], weight: parameter("\(prefix).weight"), bias: parameter("\(prefix).bias"),
                mean: parameter("\(prefix).running_mean"), variance: parameter("\(prefix).running_var"),
                epsilon: epsilon)
        case .relu: ReferenceKernels.relu(inputs[0])
        case .sigmoid: ReferenceKernels.sigmoid(inputs[0])
        case .addition: ReferenceKernels.sum(inputs[0], inputs[1])
        case .channelConcatenation: ReferenceKernels.channelConcatenation(inputs)
        case .bilinearUpsampling: ReferenceKernels.bilinearUpsampling(inputs[0])
        }
    }

    /// `NetworkModel` holds every parameter of its network; it cannot be made without.
    private func parameter(_ key: String) -> PageArray<Float> { model.weights[key]?.values ?? [] }
}

extension NetworkGraph {
    /// Checks what a session is given before it runs.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says both shapes.
    package func check(_ tensors: [Tensor]) throws(FramegenError) { try inputs.check(tensors) }
}
