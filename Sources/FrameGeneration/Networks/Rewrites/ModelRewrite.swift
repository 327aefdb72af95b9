/// A model while it is being rewritten: nodes are replaced one by one, and what nobody reads any more is dropped at the
/// end.
struct ModelRewrite {
    private(set) var nodes: [NetworkGraph.Node]
    private(set) var weights: [String: Tensor]
    private let network: NetworkGraph

    init(_ model: NetworkModel) {
        nodes = model.network.nodes
        weights = model.weights
        network = model.network
    }

    /// The node whose result is the value `name`; nil for the network's inputs.
    func node(_ name: String) -> NetworkGraph.Node? { nodes.first { $0.name == name } }

    /// The shape of the value `name`, be it a node's or an input.
    func shape(of name: String) -> [Int] {
        node(name)?.shape ?? network.inputs.first { $0.name == name }?.shape ?? []
    }

    /// How often the value `name` is read, by nodes and as an output.
    func readerCount(of name: String) -> Int {
        let outputs = network.outputs.count { $0 == name }
        return nodes.reduce(outputs) { sum, node in sum + node.inputs.count { $0 == name } }
    }

    /// How many nodes compute with the tensor `key`.
    func userCount(ofWeight key: String) -> Int {
        nodes.count { node in
            if case .convolution(let convolution) = node.operation {
                convolution.weightKey == key || convolution.biasKey == key
            } else {
                false
            }
        }
    }

    /// Puts `replacement`, which must end in a value of the same name and shape, in the place of the node `name`.
    mutating func replace(_ name: String, with replacement: [NetworkGraph.Node]) {
        guard let index = nodes.firstIndex(where: { $0.name == name }) else { return }
        nodes.replaceSubrange(index...index, with: replacement)
    }

    /// Takes out the node `name`, which must have no reader left.
    mutating func remove(_ name: String) { nodes.removeAll { $0.name == name } }

    /// Puts `tensor`, of the same shape, in the place of the tensor `key`.
    mutating func replaceWeight(_ key: String, with tensor: Tensor) { weights[key] = tensor }

    /// Adds a tensor under `key`, or under a key made from it where that is taken, and returns the key.
    mutating func addWeight(_ tensor: Tensor, key: String) -> String {
        var key = key
        while weights[key] != nil { key += "'" }
        weights[key] = tensor
        return key
    }

    /// A name for a new value, made from `name` where that is taken.
    func unusedName(_ name: String) -> String {
        var name = name
        while nodes.contains(where: { $0.name == name }) || network.inputs.contains(where: { $0.name == name }) {
            name += "'"
        }
        return name
    }

    /// The model with the same inputs and outputs, without the nodes and tensors that no output depends on.
    ///
    /// A module whose value was rewritten away is no longer listed.
    func model() -> NetworkModel {
        NetworkModel(
            rewritten: NetworkGraph(
                inputs: network.inputs, nodes: nodes, outputs: network.outputs, modules: network.modules),
            weights: weights)
    }
}

extension NetworkModel {
    /// Leaves out of `network` the nodes and modules that no output depends on, and of `weights` what no node reads.
    package init(rewritten network: NetworkGraph, weights: [String: Tensor]) {
        var needed = Set(network.outputs)
        var nodes: [NetworkGraph.Node] = []
        for node in network.nodes.reversed() where needed.contains(node.name) {
            needed.formUnion(node.inputs)
            nodes.append(node)
        }
        nodes.reverse()
        let names = Set(nodes.map(\.name))
        let pruned = NetworkGraph(
            inputs: network.inputs, nodes: nodes, outputs: network.outputs,
            modules: network.modules.filter { names.contains($0.value) })
        let keys = Set(pruned.parameters.map(\.key))
        self.init(checked: pruned, weights: weights.filter { keys.contains($0.key) })
    }
}

extension NetworkGraph.Node {
    /// What the node computes as a convolution, where it is one.
    var convolution: Convolution? {
        if case .convolution(let convolution) = operation { convolution } else { nil }
    }
}

extension Convolution {
    /// The same geometry over other tensors and channels.
    func with(weightKey: String, biasKey: String?, inputChannels: Int? = nil, outputChannels: Int? = nil) -> Convolution
    {
        Convolution(
            weightKey: weightKey, biasKey: biasKey, inputChannels: inputChannels ?? self.inputChannels,
            outputChannels: outputChannels ?? self.outputChannels, kernelSize: kernelSize, stride: stride,
            padding: padding, groups: groups)
    }

    /// One pixel of the result depends on one pixel of every channel, at the same place.
    var isPointwise: Bool { kernelSize == 1 && stride == .one && padding == 0 && groups == 1 }
}
