internal import FrameGeneration

/// Re-describes a package's program in the operations that a `NetworkGraph` has.
///
/// What it cannot describe is refused by name.
struct MILImporter {
    /// What the program means by a name.
    enum Value {
        /// Depends on the inputs; computed in one of the types of floating point, of which a network knows nothing.
        case activation(NetworkGraph.Value, MILDataType)
        case constant(MILValue, name: String)
    }

    let path: String
    /// Samples that the package was made for, whatever the network is to take.
    let fileBatch: Int
    var network = ImportedNetwork()
    private(set) var parameters: [String: (name: String, value: MILValue)] = [:]
    private var values: [String: Value] = [:]
    /// The network's keys of the program's weights, and the prefixes of its batch norms.
    private var keys: [String: String] = [:]
    private var prefixes: [[String]: String] = [:]

    init(path: String, fileBatch: Int) {
        self.path = path
        self.fileBatch = fileBatch
    }

    /// Adds the input that the program calls `name`.
    mutating func addInput(_ name: String, as value: NetworkGraph.Value, _ type: MILDataType) throws(FramegenError) {
        network.reserve(value.name)
        try define(name, .activation(value, type))
    }

    /// Adds what an operation computes.
    mutating func add(_ operation: MILOperation) throws(FramegenError) {
        guard operation.outputs.count == 1, let output = operation.outputs.first, !output.name.isEmpty else {
            throw fault(operation, "has \(operation.outputs.count) results, expected one with a name")
        }
        let known: Set<String> = operation.type == "const" ? ["name", "val"] : ["name"]
        if let attribute = operation.attributes.keys.filter({ !known.contains($0) }).min() {
            throw fault(operation, "has the attribute \(Printable.text(attribute)), which is not known")
        }
        let value = try result(of: operation)
        if case .activation(let computed, let type) = value {
            let declared = output.type
            guard declared.dataType == type, declared.shape.first == fileBatch,
                declared.shape.dropFirst() == computed.shape.dropFirst()
            else {
                let shape = [fileBatch] + computed.shape.dropFirst()
                throw fault(
                    operation,
                    "is declared as \(declared.text), but computes \(MILType(dataType: type, shape: shape).text)")
            }
        }
        try define(output.name, value)
    }

    private mutating func define(_ name: String, _ value: Value) throws(FramegenError) {
        guard values.updateValue(value, forKey: name) == nil else {
            throw FramegenError(.invalidData, "\(path) defines \(Printable.text(name)) twice")
        }
    }

    /// The value the program calls `name`, as an output of the network.
    func output(_ name: String) throws(FramegenError) -> (value: NetworkGraph.Value, type: MILDataType) {
        guard case .activation(let value, let type) = values[name], network.computes(value) else {
            throw FramegenError(
                .invalidData, "\(path): the output \(Printable.text(name)) is not computed from the inputs")
        }
        return (value, type)
    }

    /// Appends a node to the network.
    mutating func append(
        _ operation: MILOperation, _ computed: NetworkGraph.Operation, from inputs: [NetworkGraph.Value], shape: [Int],
        _ type: MILDataType
    ) throws(FramegenError) -> Value {
        let path = path
        let value = try network.append(operation.name, computed, from: inputs, shape: shape) {
            Self.fault(path, operation, $0)
        }
        return .activation(value, type)
    }

    /// An error that names the package and the operation.
    func fault(_ operation: MILOperation, _ what: String) -> FramegenError { Self.fault(path, operation, what) }

    private static func fault(_ path: String, _ operation: MILOperation, _ what: String) -> FramegenError {
        FramegenError(
            .invalidData,
            "\(path): \(Printable.text(operation.type)) operation \(Printable.text(operation.name)) \(what)")
    }
}

extension MILImporter {
    /// The argument's only value; nil where it is left out.
    func operand(_ operation: MILOperation, _ argument: String) throws(FramegenError) -> Value? {
        guard let bindings = operation.inputs[argument] else { return nil }
        guard bindings.count == 1 else {
            throw fault(operation, "has \(bindings.count) values for \(argument), expected one")
        }
        return try value(of: bindings[0], operation, argument)
    }

    func value(of binding: MILBinding, _ operation: MILOperation, _ argument: String) throws(FramegenError) -> Value {
        switch binding {
        case .value(let value): return .constant(value, name: "\(operation.name).\(argument)")
        case .name(let name):
            guard let value = values[name] else {
                throw fault(operation, "reads \(Printable.text(name)), which nothing before it makes")
            }
            return value
        }
    }

    /// An argument that depends on the network's inputs.
    func activation(
        _ operation: MILOperation, _ argument: String
    ) throws(FramegenError) -> (value: NetworkGraph.Value, type: MILDataType) {
        guard case .activation(let value, let type) = try operand(operation, argument) else {
            throw fault(operation, "has no \(argument) that depends on the network's inputs")
        }
        return (value, type)
    }

    /// An argument that is a constant; nil where it is left out.
    func constant(_ operation: MILOperation, _ argument: String) throws(FramegenError) -> MILValue? {
        switch try operand(operation, argument) {
        case .constant(let value, _): return value
        case .activation: throw fault(operation, "has a \(argument) that depends on the network's inputs")
        case nil: return nil
        }
    }

    /// The network's key of a weight of that type, and its shape; nil where it is left out.
    mutating func parameter(
        _ operation: MILOperation, _ argument: String, _ type: MILDataType
    ) throws(FramegenError) -> (key: String, shape: [Int])? {
        guard let (name, value) = try weight(operation, argument, type) else { return nil }
        if let key = keys[Self.identity(of: value, name)] { return (key, value.type.shape) }
        let key = network.names.takeUnused(name)
        keys[Self.identity(of: value, name)] = key
        parameters[key] = (name, value)
        return (key, value.type.shape)
    }

    /// The prefix under which the network finds the four tensors of a batch norm.
    mutating func parameterPrefix(
        _ operation: MILOperation, _ type: MILDataType, of shape: [Int]
    ) throws(FramegenError) -> String {
        let suffixes = [".weight", ".bias", ".running_mean", ".running_var"]
        var weights: [(name: String, value: MILValue)] = []
        for argument in ["gamma", "beta", "mean", "variance"] {
            guard let weight = try weight(operation, argument, type), weight.value.type.shape == shape else {
                throw fault(operation, "has no \(argument) of \(shape)")
            }
            weights.append(weight)
        }
        let identity = weights.map { Self.identity(of: $0.value, $0.name) }
        if let prefix = prefixes[identity] { return prefix }
        let prefix = network.names.takeUnused(operation.name, suffixes: suffixes)
        prefixes[identity] = prefix
        for (suffix, weight) in zip(suffixes, weights) { parameters[prefix + suffix] = weight }
        return prefix
    }

    private func weight(
        _ operation: MILOperation, _ argument: String, _ type: MILDataType
    ) throws(FramegenError) -> (name: String, value: MILValue)? {
        switch try operand(operation, argument) {
        case nil: return nil
        case .activation: throw fault(operation, "has a \(argument) that depends on the network's inputs")
        case .constant(let value, let name):
            guard value.type.dataType == type, value.type.elementCount != nil else {
                throw fault(
                    operation, "has a \(argument) of \(value.type.text), expected \(type.name) of a size that can be")
            }
            return (name, value)
        }
    }

    /// Equal for weights that are the same bytes of the weight file.
    private static func identity(of value: MILValue, _ name: String) -> String {
        guard case .blob(_, let offset) = value.content else { return "name \(name)" }
        return "blob \(offset) \(value.type.text)"
    }
}
