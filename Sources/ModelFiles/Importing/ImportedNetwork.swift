internal import FrameGeneration

/// A network that is put together from a stranger's file, node by node, within bounds.
struct ImportedNetwork {
    var names = PlainNames()
    private(set) var nodes: [NetworkGraph.Node] = []
    private var budget = Budget()

    /// What one sample may cost; the family's largest needs a twentieth of each.
    private struct Budget {
        var elements = 1 << 30
        var multiplyAdds = 1 << 38
    }

    private static let mostElementsOfAValue = 1 << 26
    /// What all weights may come to, in numbers: a gigabyte of float32.
    private static let mostWeights = 1 << 28

    /// Keeps `name` from being given to anything but the network's output.
    mutating func reserve(_ name: String) { _ = names.take(name) }

    /// Appends a node, whose result the file calls `name`, and gives its result by a plain name.
    ///
    /// `fault` makes the error that names the file's node and says what is wrong.
    mutating func append(
        _ name: String, _ operation: NetworkGraph.Operation, from inputs: [NetworkGraph.Value], shape: [Int],
        fault: (String) -> FramegenError
    ) throws(FramegenError) -> NetworkGraph.Value {
        let sample = shape.dropFirst()
        let elements = sample.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        // Each size is bounded, so that only their product has to be looked at.
        guard shape.allSatisfy({ (1...1 << 16).contains($0) }), elements <= Self.mostElementsOfAValue else {
            throw fault("makes a value of \(shape), expected at most \(Self.mostElementsOfAValue) numbers")
        }
        budget.elements -= elements
        if case .convolution(let convolution) = operation {
            let kernel = convolution.weightShape[1...].reduce(1, *)
            let (cost, overflow) = elements.multipliedReportingOverflow(by: kernel)
            budget.multiplyAdds -= overflow ? budget.multiplyAdds + 1 : cost
        }
        guard budget.elements >= 0, budget.multiplyAdds >= 0 else {
            throw fault("is one too many: the network is over twenty times as costly as any of the family")
        }
        let value = NetworkGraph.Value(name: names.takeUnused(name), shape: shape)
        nodes.append(NetworkGraph.Node(value.name, operation, from: inputs.map(\.name), shape: shape))
        return value
    }

    /// Whether `value` is the result of a node.
    func computes(_ value: NetworkGraph.Value) -> Bool { nodes.contains { $0.name == value.name } }

    /// The network with the weights of `keys` read; `last` becomes its output, by the name `output`.
    func model(
        inputs: [NetworkGraph.Value], last: NetworkGraph.Value, output: String, path: String,
        keys: some Sequence<String>,
        weight: (String) throws(FramegenError) -> Tensor?
    ) throws(FramegenError) -> NetworkModel {
        let renamed = nodes.map { node in
            NetworkGraph.Node(
                node.name == last.name ? output : node.name, node.operation,
                from: node.inputs.map { $0 == last.name ? output : $0 }, shape: node.shape)
        }
        let network = NetworkGraph(inputs: inputs, nodes: renamed, outputs: [output])
        let total = network.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
        guard total <= Self.mostWeights else {
            throw FramegenError(
                .invalidData, "\(path) takes \(total) numbers for its weights, expected at most \(Self.mostWeights)")
        }
        var weights: [String: Tensor] = [:]
        for key in keys {
            try Task.checkNotCancelled()
            weights[key] = try weight(key)
        }
        let model = try NetworkModel(network: network, weights: weights)
        try model.requireUsableWeights(from: path)
        return model
    }
}
