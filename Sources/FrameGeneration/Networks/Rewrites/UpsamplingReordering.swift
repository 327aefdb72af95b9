extension NetworkModel {
    /// The same computation with every 1×1 convolution of an upsampled value done before the upsampling, at a quarter
    /// of the pixels.
    ///
    /// Upsampling mixes pixels, a 1×1 convolution mixes channels, so they commute; the bias goes along, because the
    /// bilinear weights of a position sum to one. Only where nobody else reads the upsampled value.
    public func movingConvolutionsBeforeUpsampling() -> NetworkModel {
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard let convolution = node.convolution, convolution.isPointwise,
                let upsampling = rewrite.node(node.inputs[0]), upsampling.operation == .bilinearUpsampling,
                rewrite.readerCount(of: upsampling.name) == 1
            else { continue }
            var shape = rewrite.shape(of: upsampling.inputs[0])
            shape[1] = convolution.outputChannels
            let early = NetworkGraph.Node(
                name: rewrite.unusedName("\(node.name).low"), operation: node.operation, inputs: upsampling.inputs,
                shape: shape)
            let late = NetworkGraph.Node(
                name: node.name, operation: .bilinearUpsampling, inputs: [early.name], shape: node.shape)
            rewrite.remove(upsampling.name)
            rewrite.replace(node.name, with: [early, late])
        }
        return rewrite.model()
    }
}
