extension NetworkModel {
    /// The same computation with every ungrouped convolution over a concatenation written as a sum of convolutions, one
    /// over each part.
    ///
    /// A convolution is linear in its input channels, so W·[a, b] + c = (W₁·a + c) + W₂·b. It costs as many
    /// multiply-adds, but each part may now be computed elsewhere: once for a template frame, or before an upsampling.
    public func splittingConvolutionsOverConcatenations() -> NetworkModel {
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard let convolution = node.convolution, convolution.groups == 1,
                let joined = rewrite.node(node.inputs[0]), joined.operation == .channelConcatenation
            else { continue }
            rewrite.split(node, convolution, over: joined.inputs)
        }
        return rewrite.model()
    }
}

extension ModelRewrite {
    fileprivate mutating func split(_ node: NetworkGraph.Node, _ convolution: Convolution, over parts: [String]) {
        guard let weight = weights[convolution.weightKey] else { return }
        var replacement: [NetworkGraph.Node] = []
        var firstChannel = 0
        for (index, part) in parts.enumerated() {
            let channels = firstChannel..<firstChannel + shape(of: part)[1]
            firstChannel = channels.upperBound
            let key = addWeight(
                weight.inputChannels(channels), key: "\(convolution.weightKey).part\(index + 1)")
            let partial = convolution.with(
                weightKey: key, biasKey: index == 0 ? convolution.biasKey : nil, inputChannels: channels.count)
            replacement.append(
                NetworkGraph.Node(
                    name: unusedName("\(node.name).part\(index + 1)"), operation: .convolution(partial),
                    inputs: [part], shape: node.shape))
        }
        var sum = replacement[0].name
        for (index, partial) in replacement.enumerated().dropFirst() {
            let isLast = index == parts.count - 1
            let name = isLast ? node.name : unusedName("\(node.name).sum\(index)")
            replacement.append(
                NetworkGraph.Node(name: name, operation: .addition, inputs: [sum, partial.name], shape: node.shape))
            sum = name
        }
        replace(node.name, with: replacement)
    }
}
