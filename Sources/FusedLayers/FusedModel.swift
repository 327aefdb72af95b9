import FrameGeneration

/// A generator's network cut at the layers that are computed row by row.
struct FusedModel {
    /// The whole.
    let model: NetworkModel
    /// The layers from the image to half the resolution; nil where the network does not compute them.
    let first: FirstLayers?
    /// Levels of the decoder before the last one, in the order they run.
    let ups: [UpLayers]
    /// The layers from half the resolution to the face; nil where the network does not compute them.
    let last: LastLayers?
    /// What is left.
    ///
    /// It reads what the network reads, as far as it needs it, and then what the first layers give; it returns what the
    /// network returns, or in the place of the face what the layers after it read and do not find elsewhere.
    let rest: NetworkModel

    /// Cuts a network; nil where there is nothing to cut off.
    init?(_ model: NetworkModel) {
        let network = model.network
        let search = LayerSearch(network)
        let first = FirstLayers(in: search, network)
        let last = network.outputs.count == 1 ? LastLayers(in: search, endingIn: network.outputs[0]) : nil
        guard first != nil || last != nil else { return nil }
        var ups: [UpLayers] = []
        while let half = (ups.first?.convolutions ?? last?.convolutions)?.half,
            let up = UpLayers(endingIn: half.name, in: search)
        {
            ups.insert(up, at: 0)
        }
        self.model = model
        self.first = first
        self.ups = ups
        self.last = last

        let available = network.inputs + (first.map { [$0.result] } ?? [])
        var outputs = network.outputs
        if let last {
            let firstHalf = (ups.first?.convolutions ?? last.convolutions).half
            let read = [firstHalf] + ups.map(\.convolutions.skipSource) + [last.source]
            outputs = read.filter { !available.contains($0) }.map(\.name)
        }
        let nodes = network.nodes.filter { $0.name != first?.result.name }
        // What is left has to compute something.
        guard !outputs.isEmpty, outputs.allSatisfy({ output in nodes.contains { $0.name == output } }) else {
            return nil
        }
        let pruned = NetworkModel(
            rewritten: NetworkGraph(inputs: available, nodes: nodes, outputs: outputs, modules: network.modules),
            weights: model.weights)
        let read = Set(pruned.network.nodes.flatMap(\.inputs))
        rest = NetworkModel(
            rewritten: NetworkGraph(
                inputs: available.filter { read.contains($0.name) }, nodes: pruned.network.nodes, outputs: outputs,
                modules: pruned.network.modules),
            weights: pruned.weights)
    }

    /// How many of the network's first `count` inputs what is left reads.
    func restInputCount(ofFirst count: Int) -> Int {
        let names = Set(rest.network.inputs.map(\.name))
        return model.network.inputs.prefix(count).count { names.contains($0.name) }
    }
}
