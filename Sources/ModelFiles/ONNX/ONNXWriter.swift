public import FrameGeneration

/// Writes a network and its weights as an ONNX model.
public enum ONNXWriter {
    /// The operator set that the nodes are written in.
    static let opset = 17
    /// The newest format version that goes with `opset`.
    static let formatVersion = 8

    /// The bytes of an ONNX model with float32 weights and static shapes.
    ///
    /// Inputs and outputs keep the network's names and order.
    public static func model(_ model: NetworkModel) -> [UInt8] {
        let network = model.network
        var graph = ProtobufMessage()
        for node in network.nodes.flatMap(nodes) { graph.add(GraphField.node, node) }
        graph.add(GraphField.name, "framegen")
        for parameter in network.parameters {
            guard let tensor = model.weights[parameter.key] else { continue }
            graph.add(GraphField.initializer, initializer(parameter.key, tensor))
        }
        if network.nodes.contains(where: { $0.operation == .bilinearUpsampling }) {
            graph.add(GraphField.initializer, initializer(upsamplingScales, Tensor(shape: [4], values: [1, 1, 2, 2])))
        }
        if network.nodes.contains(where: { $0.operation == .sigmoid }) {
            graph.add(GraphField.initializer, initializer(one, Tensor(shape: [1], values: [1])))
        }
        for input in network.inputs { graph.add(GraphField.input, valueInfo(input.name, input.shape)) }
        for output in network.outputs {
            guard let node = network.nodes.first(where: { $0.name == output }) else { continue }
            graph.add(GraphField.output, valueInfo(output, node.shape))
        }

        var operatorSet = ProtobufMessage()
        operatorSet.add(2, opset)
        var result = ProtobufMessage()
        result.add(ModelField.formatVersion, formatVersion)
        result.add(ModelField.producerName, "framegen")
        result.add(ModelField.graph, graph)
        result.add(ModelField.operatorSet, operatorSet)
        return result.serialized()
    }

    private static let upsamplingScales = "upsampling_scales"
    private static let one = "one"

    private static func nodes(for node: Network.Node) -> [ProtobufMessage] {
        guard node.operation == .sigmoid else { return [self.node(node)] }
        // Written out as 1/(1 + exp(−x)), which is exactly 1 for large x in float32, as it is in PyTorch. OpenVINO's own
        // Sigmoid stays just below, and what should be white comes out as 254.
        let (negated, power, sum) = ("\(node.name).negated", "\(node.name).power", "\(node.name).sum")
        return [
            self.node("Neg", node.inputs, negated), self.node("Exp", [negated], power),
            self.node("Add", [power, one], sum), self.node("Div", [one, sum], node.name),
        ]
    }

    private static func node(_ node: Network.Node) -> ProtobufMessage {
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
        var message = ProtobufMessage()
        for size in tensor.shape { message.add(TensorField.dimension, size) }
        message.add(TensorField.dataType, float32)
        message.add(TensorField.name, name)
        message.add(TensorField.rawData, rawBytesOf: tensor.values)
        return message
    }

    private static func valueInfo(_ name: String, _ shape: [Int]) -> ProtobufMessage {
        var dimensions = ProtobufMessage()
        for size in shape {
            var dimension = ProtobufMessage()
            dimension.add(1, size)
            dimensions.add(1, dimension)
        }
        var tensorType = ProtobufMessage()
        tensorType.add(1, float32)
        tensorType.add(2, dimensions)
        var type = ProtobufMessage()
        type.add(1, tensorType)
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(2, type)
        return message
    }
}

// Field numbers and codes of onnx.proto.

private enum ModelField {
    static let formatVersion: UInt64 = 1
    static let producerName: UInt64 = 2
    static let graph: UInt64 = 7
    static let operatorSet: UInt64 = 8
}

private enum GraphField {
    static let node: UInt64 = 1
    static let name: UInt64 = 2
    static let initializer: UInt64 = 5
    static let input: UInt64 = 11
    static let output: UInt64 = 12
}

private enum NodeField {
    static let input: UInt64 = 1
    static let output: UInt64 = 2
    static let name: UInt64 = 3
    static let type: UInt64 = 4
    static let attribute: UInt64 = 5
}

private enum TensorField {
    static let dimension: UInt64 = 1
    static let dataType: UInt64 = 2
    static let name: UInt64 = 8
    static let rawData: UInt64 = 9
}

/// `TensorProto.DataType.FLOAT`.
private let float32 = 1

private enum AttributeType: Int {
    case float = 1
    case integer = 2
    case string = 3
    case integers = 7
}

private func attribute(_ name: String, _ type: AttributeType, _ fill: (inout ProtobufMessage) -> Void)
    -> ProtobufMessage
{
    var message = ProtobufMessage()
    message.add(1, name)
    fill(&message)
    message.add(20, type.rawValue)
    return message
}

private func attribute(_ name: String, _ value: Float) -> ProtobufMessage {
    attribute(name, .float) { $0.add(2, value) }
}

private func attribute(_ name: String, _ value: Int) -> ProtobufMessage {
    attribute(name, .integer) { $0.add(3, value) }
}

private func attribute(_ name: String, _ value: String) -> ProtobufMessage {
    attribute(name, .string) { $0.add(4, value) }
}

private func attribute(_ name: String, _ values: [Int]) -> ProtobufMessage {
    attribute(name, .integers) { message in
        for value in values { message.add(8, value) }
    }
}
