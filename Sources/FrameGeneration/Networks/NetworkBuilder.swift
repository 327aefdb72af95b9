/// Builds a `NetworkGraph` node by node, working out every shape.
package struct NetworkBuilder {
    package typealias Value = NetworkGraph.Value

    private var inputs: [NetworkGraph.Value] = []
    private var nodes: [NetworkGraph.Node] = []
    private var modules: [NetworkGraph.Module] = []

    package init() {}

    package mutating func input(_ name: String, shape: [Int]) -> Value {
        let value = Value(name: name, shape: shape)
        inputs.append(value)
        return value
    }

    /// Marks `value` as what the original's top-level module `name` ends in.
    package mutating func endModule(_ name: String, at value: Value) {
        modules.append(NetworkGraph.Module(name: name, value: value.name))
    }

    /// The network of all nodes up to now.
    ///
    /// To be called when `output` has been built, not with an expression that builds it: Swift copies a value before it
    /// evaluates the arguments of the call.
    ///
    /// - Precondition: A node of the builder computes `output`.
    package func network(returning output: Value) -> NetworkGraph {
        let network = NetworkGraph(inputs: inputs, nodes: nodes, outputs: [output.name], modules: modules)
        precondition(network.uncomputedOutput == nil, "no node of the network computes \(output.name)")
        return network
    }

    /// A convolution whose weight is `<key>.weight` and, with `bias`, `<key>.bias`.
    package mutating func convolution(
        _ key: String, _ input: Value, to outputChannels: Int, kernelSize: Int = 1,
        stride: Convolution.Stride = .one, padding: Int = 0, groups: Int = 1, bias: Bool = false
    ) -> Value {
        let convolution = Convolution(
            weightKey: "\(key).weight", biasKey: bias ? "\(key).bias" : nil, inputChannels: input.shape[1],
            outputChannels: outputChannels, kernelSize: kernelSize, stride: stride, padding: padding, groups: groups)
        let height = (input.shape[2] + 2 * padding - kernelSize) / stride.vertical + 1
        let width = (input.shape[3] + 2 * padding - kernelSize) / stride.horizontal + 1
        return add(key, .convolution(convolution), [input], [input.shape[0], outputChannels, height, width])
    }

    /// `epsilon` is PyTorch's default, which the whole family keeps (Documentation/model-family/generator.md, "Blocks").
    package mutating func batchNormalization(_ key: String, _ input: Value, epsilon: Float = 1e-5) -> Value {
        add(key, .batchNormalization(parameterPrefix: key, epsilon: epsilon), [input], input.shape)
    }

    package mutating func relu(_ name: String, _ input: Value) -> Value { add(name, .relu, [input], input.shape) }

    package mutating func sigmoid(_ name: String, _ input: Value) -> Value { add(name, .sigmoid, [input], input.shape) }

    package mutating func sum(_ name: String, _ first: Value, _ second: Value) -> Value {
        precondition(first.shape == second.shape, "\(name): cannot add \(first.shape) and \(second.shape)")
        return add(name, .addition, [first, second], first.shape)
    }

    package mutating func concatenation(_ name: String, _ values: [Value]) -> Value {
        var shape = values[0].shape
        shape[1] = values.reduce(0) { $0 + $1.shape[1] }
        return add(name, .channelConcatenation, values, shape)
    }

    package mutating func bilinearUpsampling(_ name: String, _ input: Value) -> Value {
        let shape = [input.shape[0], input.shape[1], input.shape[2] * 2, input.shape[3] * 2]
        return add(name, .bilinearUpsampling, [input], shape)
    }

    private mutating func add(_ name: String, _ operation: NetworkGraph.Operation, _ inputs: [Value], _ shape: [Int])
        -> Value
    {
        nodes.append(NetworkGraph.Node(name: name, operation: operation, inputs: inputs.map(\.name), shape: shape))
        return Value(name: name, shape: shape)
    }
}

extension Convolution.Stride {
    package static let one = Convolution.Stride(vertical: 1, horizontal: 1)
    package static let two = Convolution.Stride(vertical: 2, horizontal: 2)
}
