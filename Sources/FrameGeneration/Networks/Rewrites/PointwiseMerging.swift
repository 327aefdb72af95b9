extension NetworkModel {
    /// The same computation with two 1×1 convolutions in a row, with nothing between them, merged into one where that
    /// takes fewer multiply-adds.
    ///
    /// W₂·(W₁·x + b₁) + b₂ = (W₂·W₁)·x + (W₂·b₁ + b₂), worked out in double precision and rounded to float32 once.
    /// From i over m to o channels, m·o multiply-adds a pixel become i·o; and the i·m of the first go too, when nobody
    /// else reads it.
    public func mergingPointwiseConvolutions() -> NetworkModel {
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard let second = node.convolution, second.isPointwise,
                let source = rewrite.node(node.inputs[0]), let first = source.convolution, first.isPointwise
            else { continue }
            let isFirstStillNeeded = rewrite.readerCount(of: source.name) > 1
            let separate = second.inputChannels * second.outputChannels
            let saved = isFirstStillNeeded ? separate : separate + first.inputChannels * first.outputChannels
            guard first.inputChannels * second.outputChannels < saved else { continue }
            rewrite.merge(first, reading: source.inputs, into: node, second)
            if !isFirstStillNeeded { rewrite.remove(source.name) }
        }
        return rewrite.model()
    }
}

extension ModelRewrite {
    fileprivate mutating func merge(
        _ first: Convolution, reading inputs: [String], into node: NetworkGraph.Node, _ second: Convolution
    ) {
        let outer = values(second.weightKey)
        let inner = values(first.weightKey)
        let innerBias = first.biasKey.map(values)
        let outerBias = second.biasKey.map(values)
        let (inputs1, middle) = (first.inputChannels, second.inputChannels)
        var weight: [Float] = []
        var bias: [Float] = []
        for output in 0..<second.outputChannels {
            var row = [Double](repeating: 0, count: inputs1)
            var constant = outerBias?[output] ?? 0
            for channel in 0..<middle {
                let factor = outer[output * middle + channel]
                constant += factor * (innerBias?[channel] ?? 0)
                for input in 0..<inputs1 { row[input] += factor * inner[channel * inputs1 + input] }
            }
            weight += row.map(Float.init)
            bias.append(Float(constant))
        }
        let weightKey = addWeight(
            Tensor(shape: [second.outputChannels, inputs1, 1, 1], values: weight), key: "\(second.weightKey).merged")
        var biasKey: String?
        if innerBias != nil || outerBias != nil {
            biasKey = addWeight(
                Tensor(shape: [bias.count], values: bias),
                key: second.biasKey.map { "\($0).merged" } ?? "\(weightKey).bias")
        }
        let merged = second.with(weightKey: weightKey, biasKey: biasKey, inputChannels: inputs1)
        replace(
            node.name,
            with: [
                NetworkGraph.Node(name: node.name, operation: .convolution(merged), inputs: inputs, shape: node.shape)
            ])
    }

    private func values(_ key: String) -> [Double] { (weights[key]?.values ?? []).map(Double.init) }
}
