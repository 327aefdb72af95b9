public import FrameGeneration

/// Writes a network and its weights as an ONNX model.
public enum ONNXWriter {
    /// How a model is written.
    public struct Options: Sendable, Hashable {
        /// How weights are stored; everything is computed in float32: a Cast node makes it of each weight in float16, so
        /// that any runtime runs the model.
        public var weights = WeightType.fp32
        /// Whether the batch, the first dimension of inputs and outputs, is left open, by the name `batch`, rather than
        /// the network's own.
        public var hasOpenBatch = false
        /// Inputs, from the first on, that are declared in bfloat16 and made float32 by a Cast node.
        package var bfloat16InputCount = 0
        /// A text about the model for people; empty for none.
        public var documentation = ""

        /// float32 weights and the network's own batch.
        public init() {}
    }

    /// The operator set that the nodes are written in.
    static let opset = 17
    /// The newest format version that goes with `opset`.
    static let formatVersion = 8

    /// The bytes of an ONNX model.
    ///
    /// Inputs and outputs keep the network's names and order.
    public static func model(_ model: NetworkModel, options: Options = Options()) -> [UInt8] {
        let network = model.network
        var graph = ProtobufMessage()
        var seen: Set<String> = []
        let parameters = network.parameters.map(\.key).filter { seen.insert($0).inserted }
        if options.weights == .fp16 {
            for key in parameters {
                graph.add(GraphField.node, node("Cast", [half(key)], key, [attribute("to", ONNXDataType.float32.code)]))
            }
        }
        let narrowInputs = Set(network.inputs.prefix(options.bfloat16InputCount).map(\.name))
        for input in narrowInputs.sorted() {
            graph.add(GraphField.node, node("Cast", [input], wide(input), [attribute("to", ONNXDataType.float32.code)]))
        }
        for node in network.nodes {
            let inputs = node.inputs.map { narrowInputs.contains($0) ? wide($0) : $0 }
            let node = NetworkGraph.Node(node.name, node.operation, from: inputs, shape: node.shape)
            for node in nodes(for: node) { graph.add(GraphField.node, node) }
        }
        graph.add(GraphField.name, "framegen")
        for key in parameters {
            guard let tensor = model.weights[key] else { continue }
            switch options.weights {
            case .fp32: graph.add(GraphField.initializer, initializer(key, tensor))
            case .fp16: graph.add(GraphField.initializer, halfInitializer(half(key), tensor))
            }
        }
        if network.nodes.contains(where: { $0.operation == .bilinearUpsampling }) {
            graph.add(GraphField.initializer, initializer(upsamplingScales, Tensor(shape: [4], values: [1, 1, 2, 2])))
        }
        if network.nodes.contains(where: { $0.operation == .sigmoid }) {
            graph.add(GraphField.initializer, initializer(one, Tensor(shape: [1], values: [1])))
        }
        for input in network.inputs {
            let type = narrowInputs.contains(input.name) ? ONNXDataType.bfloat16 : .float32
            graph.add(GraphField.input, valueInfo(input.name, input.shape, type, options))
        }
        for output in network.outputs {
            guard let node = network.nodes.first(where: { $0.name == output }) else { continue }
            graph.add(GraphField.output, valueInfo(output, node.shape, .float32, options))
        }

        var operatorSet = ProtobufMessage()
        operatorSet.add(OperatorSetField.version, opset)
        var result = ProtobufMessage()
        result.add(ModelField.formatVersion, formatVersion)
        result.add(ModelField.producerName, "framegen")
        result.add(ModelField.producerVersion, framegenVersion)
        if !options.documentation.isEmpty { result.add(ModelField.documentation, options.documentation) }
        result.add(ModelField.graph, graph)
        result.add(ModelField.operatorSet, operatorSet)
        return result.serialized()
    }

    // A colon is in no name of a network, so that these meet no other.
    private static let upsamplingScales = "constant::upsampling_scales"
    private static let one = "constant::one"
    private static func half(_ key: String) -> String { "\(key)::half" }
    private static func wide(_ input: String) -> String { "\(input)::wide" }

    private static func nodes(for node: NetworkGraph.Node) -> [ProtobufMessage] {
        guard node.operation == .sigmoid else { return [self.node(node)] }
        // Written out as 1/(1 + exp(−x)), which is exactly 1 for large x in float32, as it is in PyTorch. OpenVINO's own
        // Sigmoid stays just below, and what should be white comes out as 254.
        let (negated, power, sum) = ("\(node.name)::negated", "\(node.name)::power", "\(node.name)::sum")
        return [
            self.node("Neg", node.inputs, negated), self.node("Exp", [negated], power),
            self.node("Add", [power, one], sum), self.node("Div", [one, sum], node.name),
        ]
    }

    private static func node(_ node: NetworkGraph.Node) -> ProtobufMessage {
        var inputs = node.inputs
        var attributes: [ProtobufMessage] = []
        let type: String
        switch node.operation {
        case .convolution(let convolution):
            type = "Conv"
            inputs += [convolution.weightKey] + (convolution.biasKey.map { [$0] } ?? [])
            let (kernel, padding) = (convolution.kernelSize, convolution.padding)
            attributes = [
                attribute("kernel_shape", [kernel, kernel]),
                attribute("strides", [convolution.stride.vertical, convolution.stride.horizontal]),
                attribute("pads", [padding, padding, padding, padding]),
                attribute("group", convolution.groups),
            ]
        case .batchNormalization(let prefix, let epsilon):
            type = "BatchNormalization"
            inputs += ["weight", "bias", "running_mean", "running_var"].map { "\(prefix).\($0)" }
            attributes = [attribute("epsilon", epsilon)]
        case .relu:
            type = "Relu"
        case .sigmoid:
            type = "Sigmoid"
        case .addition:
            type = "Add"
        case .channelConcatenation:
            type = "Concat"
            attributes = [attribute("axis", 1)]
        case .bilinearUpsampling:
            type = "Resize"
            inputs += ["", upsamplingScales]
            attributes = [
                attribute("mode", "linear"), attribute("coordinate_transformation_mode", "align_corners"),
            ]
        }
        return self.node(type, inputs, node.name, attributes)
    }

    private static func node(
        _ type: String, _ inputs: [String], _ output: String, _ attributes: [ProtobufMessage] = []
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        for input in inputs { message.add(NodeField.input, input) }
        message.add(NodeField.output, output)
        message.add(NodeField.name, output)
        message.add(NodeField.type, type)
        for attribute in attributes { message.add(NodeField.attribute, attribute) }
        return message
    }

    private static func initializer(_ name: String, _ tensor: Tensor) -> ProtobufMessage {
        var message = description(name, tensor.shape, .float32)
        message.add(TensorField.rawData, rawBytesOf: tensor.values)
        return message
    }

    private static func halfInitializer(_ name: String, _ tensor: Tensor) -> ProtobufMessage {
        var message = description(name, tensor.shape, .float16)
        message.add(TensorField.rawData, rawBytesOf: tensor.values.map(HalfPrecision.bits))
        return message
    }

    private static func description(_ name: String, _ shape: [Int], _ type: ONNXDataType) -> ProtobufMessage {
        var message = ProtobufMessage()
        for size in shape { message.add(TensorField.dimension, size) }
        message.add(TensorField.dataType, type.code)
        message.add(TensorField.name, name)
        return message
    }

    private static func valueInfo(
        _ name: String, _ shape: [Int], _ elementType: ONNXDataType, _ options: Options
    ) -> ProtobufMessage {
        var dimensions = ProtobufMessage()
        for (index, size) in shape.enumerated() {
            var dimension = ProtobufMessage()
            if index == 0, options.hasOpenBatch {
                dimension.add(TypeField.symbol, "batch")
            } else {
                dimension.add(TypeField.size, size)
            }
            dimensions.add(TypeField.dimension, dimension)
        }
        var tensorType = ProtobufMessage()
        tensorType.add(TypeField.elementType, elementType.code)
        tensorType.add(TypeField.shape, dimensions)
        var type = ProtobufMessage()
        type.add(TypeField.tensor, tensorType)
        var message = ProtobufMessage()
        message.add(ValueInfoField.name, name)
        message.add(ValueInfoField.type, type)
        return message
    }
}

private func attribute(_ name: String, _ type: AttributeType, _ fill: (inout ProtobufMessage) -> Void)
    -> ProtobufMessage
{
    var message = ProtobufMessage()
    message.add(AttributeField.name, name)
    fill(&message)
    message.add(AttributeField.type, type.rawValue)
    return message
}

private func attribute(_ name: String, _ value: Float) -> ProtobufMessage {
    attribute(name, .float) { $0.add(AttributeField.float, value) }
}

private func attribute(_ name: String, _ value: Int) -> ProtobufMessage {
    attribute(name, .integer) { $0.add(AttributeField.integer, value) }
}

private func attribute(_ name: String, _ value: String) -> ProtobufMessage {
    attribute(name, .string) { $0.add(AttributeField.string, value) }
}

private func attribute(_ name: String, _ values: [Int]) -> ProtobufMessage {
    attribute(name, .integers) { message in
        for value in values { message.add(AttributeField.integers, value) }
    }
}
