// For networks that are read from files; `NetworkBuilder` describes those of the family.

extension NetworkGraph {
    /// A network of checked parts: every name unique, every node after what it reads, every shape as computed.
    package init(inputs: [Value], nodes: [Node], outputs: [String]) {
        self.init(inputs: inputs, nodes: nodes, outputs: outputs, modules: [])
    }
}

extension NetworkGraph.Node {
    /// The node that computes the value `name` of `shape` from the values `inputs`.
    package init(_ name: String, _ operation: NetworkGraph.Operation, from inputs: [String], shape: [Int]) {
        self.init(name: name, operation: operation, inputs: inputs, shape: shape)
    }
}

extension Convolution {
    /// A convolution by a weight of `weightShape`, output channels × input channels of a group × kernel × kernel.
    package init(
        weightKey: String, biasKey: String?, weightShape: [Int], stride: Stride, padding: Int, groups: Int
    ) {
        self.init(
            weightKey: weightKey, biasKey: biasKey, inputChannels: weightShape[1] * groups,
            outputChannels: weightShape[0], kernelSize: weightShape[2], stride: stride, padding: padding,
            groups: groups)
    }
}

extension Convolution.Stride {
    /// `vertical` from row to row, `horizontal` from column to column.
    package init(_ vertical: Int, _ horizontal: Int) {
        self.init(vertical: vertical, horizontal: horizontal)
    }
}
