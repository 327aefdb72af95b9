internal import FrameGeneration

/// Puts the operations of a program together.
///
/// Every argument that is no value of the network is a constant; what several operations read alike is one.
struct MILProgramBuilder {
    /// Of all values of the network, weights too.
    let dataType: MILDataType
    private(set) var operations: [ProtobufMessage] = []
    private let weights: WeightFileWriter
    private var names = MILNames()
    /// The program's names of the network's values and of its weights.
    private var values: [String: String] = [:]
    private var parameters: [String: String] = [:]
    private var constants: [String: String] = [:]

    /// Fewer values than this stand in the program itself, as coremltools has it.
    private static let fewestInFile = 10

    init(dataType: MILDataType, weights: WeightFileWriter) {
        self.dataType = dataType
        self.weights = weights
    }

    /// The program's name of a value of the network, whose name it is as far as it can be.
    mutating func name(of value: String) -> String {
        if let name = values[value] { return name }
        let name = names.take(value)
        values[value] = name
        return name
    }

    mutating func add(
        _ operation: String, _ inputs: [(argument: String, values: [String])], for node: NetworkGraph.Node
    ) {
        let result = name(of: node.name)
        operations.append(
            MILMessages.operation(operation, inputs, result, MILType(dataType: dataType, shape: node.shape)))
    }

    mutating func string(_ text: String) -> String {
        constant("\(text)_text", MILType(dataType: .string), MILMessages.string(text))
    }

    mutating func bool(_ value: Bool) -> String {
        constant("\(value)", MILType(dataType: .bool), MILMessages.bool(value))
    }

    /// A scalar.
    mutating func integer(_ value: Int) -> String {
        constant("integer_\(value)", MILType(dataType: .int32), MILMessages.integer(value))
    }

    mutating func integers(_ values: [Int]) -> String {
        let name = "integers_" + values.map { "\($0)" }.joined(separator: "_")
        return constant(name, MILType(dataType: .int32, shape: [values.count]), MILMessages.integers(values))
    }

    /// A scalar, of float32 whatever the network's values are.
    mutating func float(_ value: Float) -> String {
        constant("float_\(value)", MILType(dataType: .float32), MILMessages.floats([value], shape: []))
    }

    /// A scalar of the type of the network's values.
    mutating func number(_ value: Float) -> String {
        constant("number_\(value)", MILType(dataType: dataType), message([value], shape: []))
    }

    /// A weight, which goes to the weight file unless it is small.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the weight file.
    mutating func weight(_ key: String, _ tensor: Tensor) throws(FramegenError) -> String {
        if let name = parameters[key] { return name }
        let type = MILType(dataType: dataType, shape: tensor.shape)
        let isSmall = tensor.values.count < Self.fewestInFile
        let value =
            isSmall
            ? message(tensor.values, shape: tensor.shape) : MILMessages.blob(type, at: try weights.append(tensor))
        let name = names.take(key)
        operations.append(MILMessages.operation("const", [], name, type, value: value))
        parameters[key] = name
        return name
    }

    private func message(_ values: PageArray<Float>, shape: [Int]) -> ProtobufMessage {
        dataType == .float16
            ? MILMessages.halves(values.map(HalfPrecision.bits), shape: shape)
            : MILMessages.floats(values, shape: shape)
    }

    private mutating func constant(_ text: String, _ type: MILType, _ value: ProtobufMessage) -> String {
        if let name = constants[text] { return name }
        let name = names.take(text)
        operations.append(MILMessages.operation("const", [], name, type, value: value))
        constants[text] = name
        return name
    }
}
