/// Computes nothing: a generator gives the face back as it came in, any other network gives zeros.
///
/// For measuring and testing all that surrounds the networks.
public struct PassThroughEngine: InferenceEngine {
    /// `passthrough`.
    public let name = "passthrough"

    /// False: it knows a generator by its input and its output.
    public let computesAnyNetwork = false

    /// The engine; it has no settings.
    public init() {}

    /// A session that needs no weights.
    public func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        PassThroughSession(network: model.network)
    }
}

private final class PassThroughSession: InferenceSession {
    private let network: NetworkGraph

    init(network: NetworkGraph) {
        self.network = network
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try network.check(inputs)
        return network.nodes.filter { network.outputs.contains($0.name) }.map { node in
            let count = node.shape.reduce(1, *)
            // A generator's input is the face, and the face masked.
            let isFace = inputs[0].values.count == 2 * count
            return isFace
                ? Tensor(shape: node.shape, values: Array(inputs[0].values[..<count])) : Tensor(zeros: node.shape)
        }
    }
}
