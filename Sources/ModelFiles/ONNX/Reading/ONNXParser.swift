internal import FrameGeneration

/// Parses the messages of onnx.proto that a network of the family needs; unknown fields are passed over, as protobuf
/// has it.
///
/// Graphs inside attributes are not read, so messages nest six deep at most, by construction.
struct ONNXParser {
    /// The family's networks have a few hundred, their exports with computed shapes a thousand.
    static let mostNodes = 1 << 14
    private static let mostItems = 1024
    private static let mostDimensions = 8

    var formatVersion = 0
    var opset: Int?
    var producerName = ""
    var producerVersion = ""
    var graph = ONNXGraph()

    init(_ bytes: [UInt8], path: String) throws(FramegenError) {
        var reader = ProtobufReader(bytes, path: path, kind: "ONNX model")
        var hasGraph = false
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (ModelField.formatVersion, .varint(let version)): formatVersion = Int(truncatingIfNeeded: version)
            case (ModelField.producerName, .bytes(let range)): producerName = try reader.text(range)
            case (ModelField.producerVersion, .bytes(let range)): producerVersion = try reader.text(range)
            case (ModelField.operatorSet, .bytes(let range)): try parseOperatorSet(reader.message(range))
            case (ModelField.graph, .bytes(let range)):
                guard !hasGraph else { throw reader.fault("two graphs") }
                hasGraph = true
                graph = try Self.graph(reader.message(range))
            default: continue
            }
        }
        guard hasGraph else {
            throw FramegenError(.invalidData, "\(path) is no ONNX model, or is cut short: it holds no graph")
        }
    }

    private mutating func parseOperatorSet(_ message: ProtobufReader) throws(FramegenError) {
        var reader = message
        var domain = ""
        var version = 0
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (OperatorSetField.domain, .bytes(let range)): domain = try reader.text(range)
            case (OperatorSetField.version, .varint(let value)): version = Int(truncatingIfNeeded: value)
            default: continue
            }
        }
        if domain.isEmpty || domain == "ai.onnx" { opset = version }
    }

    private static func graph(_ message: ProtobufReader) throws(FramegenError) -> ONNXGraph {
        var reader = message
        var graph = ONNXGraph()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case GraphField.node: graph.nodes.append(try node(reader.message(range)))
            case GraphField.initializer: graph.initializers.append(try tensor(reader.message(range)))
            case GraphField.input: graph.inputs.append(try valueInfo(reader.message(range)))
            case GraphField.output: graph.outputs.append(try valueInfo(reader.message(range)))
            case GraphField.sparseInitializer:
                throw FramegenError(
                    .invalidData, "\(reader.path) holds sparse weights, expected dense ones")
            default: continue
            }
            let most = max(
                graph.nodes.count, graph.initializers.count, graph.inputs.count, graph.outputs.count)
            guard most <= mostNodes else {
                throw reader.fault("more than \(mostNodes) nodes, weights, inputs or outputs")
            }
        }
        return graph
    }

    private static func node(_ message: ProtobufReader) throws(FramegenError) -> ONNXNode {
        var reader = message
        var node = ONNXNode()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case NodeField.input: node.inputs.append(try reader.text(range))
            case NodeField.output: node.outputs.append(try reader.text(range))
            case NodeField.name: node.name = try reader.text(range)
            case NodeField.type: node.type = try reader.text(range)
            case NodeField.domain: node.domain = try reader.text(range)
            case NodeField.attribute:
                let (name, value) = try attribute(reader.message(range))
                guard node.attributes.updateValue(value, forKey: name) == nil else {
                    throw reader.fault("the attribute \(Printable.text(name)) twice at byte \(range.lowerBound)")
                }
            default: continue
            }
            guard max(node.inputs.count, node.outputs.count, node.attributes.count) <= mostItems else {
                throw reader.fault("a node with more than \(mostItems) inputs, outputs or attributes")
            }
        }
        return node
    }

    private static func attribute(
        _ message: ProtobufReader
    ) throws(FramegenError) -> (name: String, value: ONNXAttribute) {
        var reader = message
        var name = ""
        var type = 0
        var float = 0.0
        var integer = 0
        var string = ""
        var tensorRange: Range<Int>?
        var floats: [Double] = []
        var integers: [Int] = []
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (AttributeField.name, .bytes(let range)): name = try reader.text(range)
            case (AttributeField.type, .varint(let code)): type = Int(truncatingIfNeeded: code)
            case (AttributeField.float, .fixed32(let bits)): float = Double(Float(bitPattern: bits))
            case (AttributeField.integer, .varint(let bits)): integer = Int(truncatingIfNeeded: bits)
            case (AttributeField.string, .bytes(let range)): string = try reader.text(range)
            case (AttributeField.tensor, .bytes(let range)): tensorRange = range
            case (AttributeField.floats, .fixed32(let bits)): floats.append(Double(Float(bitPattern: bits)))
            case (AttributeField.floats, .bytes(let range)):
                floats += LittleEndian.integers(UInt32.self, reader.bytes[range]).map {
                    Double(Float(bitPattern: $0))
                }
            case (AttributeField.integers, _):
                try reader.append(field.value, to: &integers, atMost: mostItems)
            default: continue
            }
            guard floats.count <= mostItems else { throw reader.fault("an attribute of over \(mostItems) numbers") }
        }
        switch AttributeType(rawValue: type) {
        case .float: return (name, .float(float))
        case .integer: return (name, .integer(integer))
        case .string: return (name, .string(string))
        case .tensor:
            guard let tensorRange else { return (name, .other) }
            return (name, .tensor(try tensor(reader.message(tensorRange))))
        case .floats: return (name, .floats(floats))
        case .integers: return (name, .integers(integers))
        case nil: return (name, .other)
        }
    }

    private static func valueInfo(_ message: ProtobufReader) throws(FramegenError) -> ONNXValueInfo {
        var reader = message
        var value = ONNXValueInfo()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case ValueInfoField.name: value.name = try reader.text(range)
            case ValueInfoField.type: try parseType(reader.message(range), into: &value)
            default: continue
            }
        }
        return value
    }

    private static func parseType(
        _ message: ProtobufReader, into value: inout ONNXValueInfo
    ) throws(FramegenError) {
        var type = message
        while let field = try type.next() {
            guard field.number == TypeField.tensor, case .bytes(let range) = field.value else { continue }
            var tensor = type.message(range)
            while let field = try tensor.next() {
                switch (field.number, field.value) {
                case (TypeField.elementType, .varint(let code)):
                    value.dataType = ONNXDataType(code: Int(truncatingIfNeeded: code))
                case (TypeField.shape, .bytes(let range)):
                    value.hasShape = true
                    value.dimensions = try dimensions(tensor.message(range))
                default: continue
                }
            }
        }
    }

    private static func dimensions(_ message: ProtobufReader) throws(FramegenError) -> [DeclaredDimension] {
        var reader = message
        var dimensions: [DeclaredDimension] = []
        while let field = try reader.next() {
            guard field.number == TypeField.dimension, case .bytes(let range) = field.value else { continue }
            var dimension = DeclaredDimension.symbolic("")
            var parts = reader.message(range)
            while let field = try parts.next() {
                switch (field.number, field.value) {
                case (TypeField.size, .varint(let size)): dimension = .fixed(Int(truncatingIfNeeded: size))
                case (TypeField.symbol, .bytes(let range)): dimension = .symbolic(try parts.text(range))
                default: continue
                }
            }
            dimensions.append(dimension)
            guard dimensions.count <= mostDimensions else {
                throw reader.fault("a shape of more than \(mostDimensions) dimensions")
            }
        }
        return dimensions
    }
}
