extension NetworkModel {
    /// The same computation with a narrowing 1×1 convolution of a residual sum done on both summands, where one of them
    /// is a 1×1 convolution that it can then be merged with.
    ///
    /// W·(x + V·h) = W·x + W·(V·h), and `mergingPointwiseConvolutions` makes (W·V)·h of the second: with i channels of
    /// h, m of the sum and o < m of the result, (i + m)·o multiply-adds a pixel instead of i·m + m·o. Only where nobody
    /// else reads the sum and V·h; by itself it saves nothing.
    public func movingConvolutionsBeforeSums() -> NetworkModel {
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard let convolution = node.convolution, convolution.isPointwise,
                convolution.outputChannels < convolution.inputChannels,
                let sum = rewrite.node(node.inputs[0]), sum.operation == .addition,
                rewrite.readerCount(of: sum.name) == 1,
                sum.inputs.contains(where: { rewrite.isPointwiseConvolutionReadOnce($0) })
            else { continue }
            let unbiased = convolution.with(weightKey: convolution.weightKey, biasKey: nil)
            let summands = [convolution, unbiased].enumerated().map { index, summand in
                NetworkGraph.Node(
                    name: rewrite.unusedName("\(node.name).summand\(index + 1)"), operation: .convolution(summand),
                    inputs: [sum.inputs[index]], shape: node.shape)
            }
            let result = NetworkGraph.Node(
                name: node.name, operation: .addition, inputs: summands.map(\.name), shape: node.shape)
            rewrite.remove(sum.name)
            rewrite.replace(node.name, with: summands + [result])
        }
        return rewrite.model()
    }
}

extension ModelRewrite {
    fileprivate func isPointwiseConvolutionReadOnce(_ name: String) -> Bool {
        node(name)?.convolution?.isPointwise == true && readerCount(of: name) == 1
    }
}
