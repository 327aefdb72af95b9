internal import FrameGeneration

extension ONNXImporter {
    /// What all weights may come to, in numbers: a gigabyte of float32.
    private static let mostWeights = 1 << 28

    /// The network that the file describes, with its weights read.
    func model(
        inputs: [Network.Value], fileOutput: String, output: String
    ) throws(FramegenError) -> NetworkModel {
        let last = try self.output(fileOutput).name
        let renamed = nodes.map { node in
            Network.Node(
                node.name == last ? output : node.name, node.operation,
                from: node.inputs.map { $0 == last ? output : $0 }, shape: node.shape)
        }
        let network = Network(inputs: inputs, nodes: renamed, outputs: [output])
        let total = network.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
        guard total <= Self.mostWeights else {
            throw FramegenError(
                .invalidData, "\(path) takes \(total) numbers for its weights, expected at most \(Self.mostWeights)")
        }
        var weights: [String: Tensor] = [:]
        for (key, source) in parameters {
            try Task.checkNotCancelled()
            switch source {
            case .constant(let constant):
                weights[key] = Tensor(shape: constant.shape, values: constant.doubles.map { Float($0) })
            case .stored(let tensor): weights[key] = try tensors.floats(of: tensor)
            }
        }
        let model = try NetworkModel(network: network, weights: weights)
        try model.requireUsableWeights(from: path)
        return model
    }
}
