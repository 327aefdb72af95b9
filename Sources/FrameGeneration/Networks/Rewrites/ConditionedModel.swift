/// A network cut in two: what depends on the template frame alone, computed once and kept, and the rest.
public struct ConditionedModel: Sendable {
    /// Turns the template frame's inputs into the values that are kept.
    ///
    /// Without nodes when nothing is.
    public let template: NetworkModel
    /// Computes the network's outputs.
    ///
    /// Its inputs are `keptValues`, then those of the network's own that it reads, all
    /// in the network's order.
    public let speech: NetworkModel
    /// The outputs of `template`, in their order.
    public let keptValues: [NetworkGraph.Value]

    /// How many numbers are kept for one run of `template`; times 4 for the bytes in float32, times 2 in bfloat16.
    ///
    /// The network's own inputs that `speech` still reads come on top.
    public var keptElements: Int { keptValues.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}

extension NetworkModel {
    /// Cuts the network at what depends on its input `name`, such as `audio`.
    ///
    /// Every value that does not depend on it and that the rest reads is kept, or recomputed where `policy` says so.
    /// Nothing is rewritten: the values are those of the whole network.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when the network has no such input.
    public func split(at name: String, keeping policy: ConditioningPolicy) throws(FramegenError) -> ConditionedModel {
        guard network.inputs.contains(where: { $0.name == name }) else {
            let names = network.inputs.map(\.name).joined(separator: ", ")
            throw FramegenError(.invalidRequest, "the network has no input \(name), it has \(names)")
        }
        let cut = Cut(of: network, at: name, policy)
        let keptValues = cut.kept.map { NetworkGraph.Value(name: $0.name, shape: $0.shape) }
        let template = NetworkGraph(
            inputs: network.inputs.filter { $0.name != name }, nodes: network.nodes,
            outputs: keptValues.map(\.name), modules: network.modules)
        let speech = NetworkGraph(
            inputs: keptValues + network.inputs.filter { $0.name == name || cut.readInputs.contains($0.name) },
            nodes: cut.speech, outputs: network.outputs, modules: network.modules)
        return ConditionedModel(
            template: NetworkModel(rewritten: template, weights: weights),
            speech: NetworkModel(rewritten: speech, weights: weights), keptValues: keptValues)
    }
}

/// Where a network is cut, found from its outputs backwards.
private struct Cut {
    /// Nodes computed in every frame.
    private(set) var speech: [NetworkGraph.Node] = []
    /// Nodes whose values are kept for a template frame.
    private(set) var kept: [NetworkGraph.Node] = []
    /// Names of the network's inputs that `speech` reads.
    private(set) var readInputs: Set<String> = []

    init(of network: NetworkGraph, at input: String, _ policy: ConditioningPolicy) {
        var shapes: [String: [Int]] = [:]
        for input in network.inputs { shapes[input.name] = input.shape }
        var changing: Set<String> = [input]
        for node in network.nodes {
            shapes[node.name] = node.shape
            if node.inputs.contains(where: changing.contains) { changing.insert(node.name) }
        }
        let outputs = Set(network.outputs)
        var needed = outputs
        for node in network.nodes.reversed() where needed.contains(node.name) {
            let isComputed =
                changing.contains(node.name) || outputs.contains(node.name)
                || !policy.keeps(node, reading: node.inputs.compactMap { shapes[$0] })
            if isComputed {
                speech.append(node)
                needed.formUnion(node.inputs)
            } else {
                kept.append(node)
            }
        }
        speech.reverse()
        kept.reverse()
        readInputs = needed.intersection(network.inputs.map(\.name))
    }
}
