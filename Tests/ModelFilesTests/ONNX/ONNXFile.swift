import Foundation
import FrameGeneration
import ModelFiles
import TestSupport

/// An ONNX file made field by field, so that it can be wrong in any way.
///
/// The numbers are those of onnx.proto.
struct ONNXFile {
    var opset = 17
    var nodes: [ProtobufMessage] = []
    var initializers: [ProtobufMessage] = []
    var inputs: [ProtobufMessage] = [Self.value("input", [1, 6, 8, 8]), Self.value("audio", [1, 2, 8, 8])]
    var outputs: [ProtobufMessage] = [Self.value("output", [1, 3, 8, 8])]

    var bytes: [UInt8] {
        var graph = ProtobufMessage()
        for node in nodes { graph.add(1, node) }
        for tensor in initializers { graph.add(5, tensor) }
        for input in inputs { graph.add(11, input) }
        for output in outputs { graph.add(12, output) }
        var operatorSet = ProtobufMessage()
        operatorSet.add(2, opset)
        var model = ProtobufMessage()
        model.add(1, 8)
        model.add(7, graph)
        model.add(8, operatorSet)
        return model.serialized()
    }

    /// `input` and `audio` joined, and a convolution to 3 channels: a network that is read.
    static var readable: ONNXFile {
        var file = ONNXFile()
        file.nodes = [
            node("Concat", ["input", "audio"], "both", [attribute("axis", 1)]),
            node("Conv", ["both", "w"], "output"),
        ]
        file.initializers = [tensor("w", [3, 8, 1, 1], [Float](repeating: 0.125, count: 24))]
        return file
    }

    /// `readable` with `node` between the joined inputs and the convolution.
    static func around(
        _ type: String, _ inputs: [String] = ["both"], _ attributes: [ProtobufMessage] = [],
        constants: [ProtobufMessage] = [], domain: String = ""
    ) -> ONNXFile {
        var file = readable
        file.nodes[1] = node(type, inputs, "middle", attributes, domain: domain)
        file.nodes.append(node("Conv", ["middle", "w"], "output"))
        file.initializers += constants
        return file
    }

    static func node(
        _ type: String, _ inputs: [String], _ output: String, _ attributes: [ProtobufMessage] = [],
        domain: String = ""
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        for input in inputs { message.add(1, input) }
        message.add(2, output)
        message.add(3, "the-\(output)")
        message.add(4, type)
        for attribute in attributes { message.add(5, attribute) }
        if !domain.isEmpty { message.add(7, domain) }
        return message
    }

    static func attribute(_ name: String, _ value: Int) -> ProtobufMessage {
        attribute(name, type: 2) { $0.add(3, value) }
    }

    static func attribute(_ name: String, _ value: String) -> ProtobufMessage {
        attribute(name, type: 3) { $0.add(4, value) }
    }

    static func attribute(_ name: String, _ values: [Int]) -> ProtobufMessage {
        attribute(name, type: 7) { message in for value in values { message.add(8, value) } }
    }

    static func attribute(_ name: String, type: Int, _ fill: (inout ProtobufMessage) -> Void) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, name)
        fill(&message)
        message.add(20, type)
        return message
    }

    static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> ProtobufMessage {
        tensor(name, shape, type: 1) { $0.add(9, rawBytesOf: PageArray(values)) }
    }

    static func tensor(_ name: String, _ integers: [Int]) -> ProtobufMessage {
        tensor(name, [integers.count], type: 7) { message in for value in integers { message.add(7, value) } }
    }

    static func tensor(
        _ name: String, _ shape: [Int], type: Int, _ fill: (inout ProtobufMessage) -> Void
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        for size in shape { message.add(1, size) }
        message.add(2, type)
        message.add(8, name)
        fill(&message)
        return message
    }

    static func value(_ name: String, _ shape: [Int], type elementType: Int = 1) -> ProtobufMessage {
        var dimensions = ProtobufMessage()
        for size in shape {
            var dimension = ProtobufMessage()
            dimension.add(1, size)
            dimensions.add(1, dimension)
        }
        var tensor = ProtobufMessage()
        tensor.add(1, elementType)
        tensor.add(2, dimensions)
        var type = ProtobufMessage()
        type.add(1, tensor)
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(2, type)
        return message
    }
}
