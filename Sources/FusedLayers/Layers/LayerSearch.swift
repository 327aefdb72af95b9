import FrameGeneration

/// Finds layers in a network by what computes what, from a value backwards.
struct LayerSearch {
    private let nodes: [String: NetworkGraph.Node]
    private let inputs: [String: NetworkGraph.Value]

    init(_ network: NetworkGraph) {
        nodes = Dictionary(uniqueKeysWithValues: network.nodes.map { ($0.name, $0) })
        inputs = Dictionary(uniqueKeysWithValues: network.inputs.map { ($0.name, $0) })
    }

    /// A convolution and the name of what it reads.
    struct Layer {
        let convolution: Convolution
        let source: String
    }

    /// The input `name`; nil for other values.
    func input(_ name: String) -> NetworkGraph.Value? { inputs[name] }

    /// The value `name`, a node's or an input.
    func value(_ name: String) -> NetworkGraph.Value? {
        inputs[name] ?? nodes[name].map { NetworkGraph.Value(name: name, shape: $0.shape) }
    }

    /// What the ReLU `name` reads.
    func relu(_ name: String) -> String? { source(of: name, if: .relu) }

    /// What the sigmoid `name` reads.
    func sigmoid(_ name: String) -> String? { source(of: name, if: .sigmoid) }

    /// What the upsampling `name` reads.
    func upsampling(_ name: String) -> String? { source(of: name, if: .bilinearUpsampling) }

    /// The two values that the sum `name` is of, in either order.
    func summands(_ name: String) -> [(String, String)]? {
        guard let node = nodes[name], node.operation == .addition, node.inputs.count == 2 else { return nil }
        return [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])]
    }

    /// The 1×1 convolution `name`.
    func pointwise(_ name: String) -> Layer? {
        guard let layer = layer(name), layer.convolution.kernelSize == 1, layer.convolution.groups == 1,
            layer.convolution.stride == .one, layer.convolution.padding == 0
        else { return nil }
        return layer
    }

    /// The depthwise 3×3 convolution that the ReLU `name` reads.
    func depthwise(relu name: String, stride: Convolution.Stride = .one) -> Layer? {
        guard let layer = relu(name).flatMap(layer), layer.convolution.kernelSize == 3,
            layer.convolution.stride == stride, layer.convolution.padding == 1,
            layer.convolution.groups == layer.convolution.inputChannels,
            layer.convolution.groups == layer.convolution.outputChannels
        else { return nil }
        return layer
    }

    private func layer(_ name: String) -> Layer? {
        guard let node = nodes[name], case .convolution(let convolution) = node.operation else { return nil }
        return Layer(convolution: convolution, source: node.inputs[0])
    }

    private func source(of name: String, if operation: NetworkGraph.Operation) -> String? {
        guard let node = nodes[name], node.operation == operation else { return nil }
        return node.inputs[0]
    }
}
