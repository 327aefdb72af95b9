internal import FrameGeneration

/// Re-describes the graph of an ONNX file in the operations that a `NetworkGraph` has.
///
/// Sizes and paddings that the file computes are computed here, with the sizes of the inputs known, so that what is
/// left is the network alone. What it cannot describe is refused by name.
struct ONNXImporter {
    /// What the file means by a name.
    enum Value {
        /// Depends on the inputs. `shape` is how the file sees it: other than the value's own after a reshape.
        case activation(NetworkGraph.Value, shape: [Int])
        /// On the way through −x, exp(−x), 1 + exp(−x), the last step to a sigmoid.
        case sigmoidPart(SigmoidPart, of: NetworkGraph.Value)
        case constant(ONNXConstant)
        /// A tensor of the file that nobody has looked into yet.
        case stored(ONNXTensor)
    }

    enum SigmoidPart { case negated, power, sum }

    /// Where a weight of the network comes from.
    enum ParameterSource {
        case constant(ONNXConstant)
        case stored(ONNXTensor)

        var shape: [Int] {
            switch self {
            case .constant(let constant): constant.shape
            case .stored(let tensor): tensor.shape
            }
        }
    }

    let path: String
    let tensors: ONNXTensorValues
    var network = ImportedNetwork()
    private(set) var parameters: [String: ParameterSource] = [:]
    /// The network's keys of the file's weights.
    private var keys: [String: String] = [:]
    private var prefixes: [[String]: String] = [:]
    private var values: [String: Value] = [:]
    /// Numbers that constants may still be computed to.
    private var constantElementsLeft = 1 << 22

    init(path: String, tensors: ONNXTensorValues, initializers: [ONNXTensor]) throws(FramegenError) {
        self.path = path
        self.tensors = tensors
        for tensor in initializers { try define(tensor.name, .stored(tensor)) }
    }

    /// Adds the input that the file calls `name`.
    mutating func addInput(_ name: String, as value: NetworkGraph.Value) throws(FramegenError) {
        network.reserve(value.name)
        try define(name, .activation(value, shape: value.shape))
    }

    /// Adds what a node computes.
    mutating func add(_ node: ONNXNode) throws(FramegenError) {
        let result = try result(of: node)
        guard let output = node.outputs.first, !output.isEmpty else {
            throw fault(node, "has no output")
        }
        if case .constant(let constant) = result {
            constantElementsLeft -= constant.count
            guard constantElementsLeft >= 0 else { throw fault(node, "computes too large a constant") }
        }
        try define(output, result)
    }

    private mutating func define(_ name: String, _ value: Value) throws(FramegenError) {
        guard values.updateValue(value, forKey: name) == nil else {
            throw FramegenError(.invalidData, "\(path) defines \(Printable.text(name)) twice")
        }
    }

    /// The value the file calls `name`, as an output of the network.
    func output(_ name: String) throws(FramegenError) -> NetworkGraph.Value {
        guard case .activation(let value, _) = values[name], network.computes(value) else {
            throw FramegenError(
                .invalidData, "\(path): the output \(Printable.text(name)) is not computed from the inputs")
        }
        return value
    }
}

extension ONNXImporter {
    /// Appends a node to the network; `name` is the file's.
    mutating func append(
        _ node: ONNXNode, _ operation: NetworkGraph.Operation, from inputs: [NetworkGraph.Value], shape: [Int]
    ) throws(FramegenError) -> Value {
        let path = path
        let value = try network.append(node.outputs.first ?? "", operation, from: inputs, shape: shape) {
            Self.fault(path, node, $0)
        }
        return .activation(value, shape: shape)
    }

    /// The key under which the network finds the weight that is the node's input `index`.
    mutating func parameterKey(_ node: ONNXNode, _ index: Int, _ source: ParameterSource) -> String {
        let name = node.inputs[index]
        if let key = keys[name] { return key }
        let key = network.names.takeUnused(name)
        keys[name] = key
        parameters[key] = source
        return key
    }

    /// The prefix under which the network finds the four tensors of a batch norm: that of their names, where they have
    /// PyTorch's.
    mutating func parameterPrefix(_ node: ONNXNode, _ sources: [ParameterSource]) -> String {
        let names = Array(node.inputs[1...4])
        if let prefix = prefixes[names] { return prefix }
        let suffixes = [".weight", ".bias", ".running_mean", ".running_var"]
        let stems = Set(zip(names, suffixes).map { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : "" })
        let stem = stems.count == 1 ? stems.first ?? "" : ""
        let prefix = network.names.takeUnused(stem.isEmpty ? node.outputs[0] : stem, suffixes: suffixes)
        prefixes[names] = prefix
        for (suffix, source) in zip(suffixes, sources) { parameters[prefix + suffix] = source }
        return prefix
    }
}

extension ONNXImporter {
    /// The node's input `index`; nil where it is left out.
    func operand(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> Value? {
        guard index < node.inputs.count, !node.inputs[index].isEmpty else { return nil }
        guard let value = values[node.inputs[index]] else {
            throw fault(node, "reads \(Printable.text(node.inputs[index])), which nothing before it makes")
        }
        return value
    }

    /// The node's input `index`, which must be a value N×C×H×W that depends on the network's inputs.
    func activation(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> NetworkGraph.Value {
        switch try operand(node, index) {
        case .activation(let value, let shape) where shape == value.shape: return value
        case .activation(_, let shape): throw fault(node, "reads a value reshaped to \(shape), expected 4 dimensions")
        case .sigmoidPart: throw fault(node, "reads a part of 1/(1 + exp(−x)), which only a sigmoid may consist of")
        case .constant, .stored: throw fault(node, "reads a constant as its input \(index)")
        case nil: throw fault(node, "has no input \(index)")
        }
    }

    /// The node's input `index` as a small tensor that is known; nil where it is left out.
    func constant(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> ONNXConstant? {
        switch try operand(node, index) {
        case .constant(let constant): return constant
        case .stored(let tensor): return try tensors.constant(of: tensor)
        case .activation, .sigmoidPart:
            throw fault(node, "has an input \(index) that depends on the network's inputs, expected a constant")
        case nil: return nil
        }
    }

    /// The node's input `index` as whole numbers; nil where it is left out.
    func integers(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> [Int]? {
        guard let constant = try constant(node, index) else { return nil }
        guard let integers = constant.integers else {
            throw fault(node, "has an input \(index) of floating point, expected whole numbers")
        }
        return integers
    }

    /// The node's input `index` as a weight.
    func parameter(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> ParameterSource {
        switch try operand(node, index) {
        case .constant(let constant): return .constant(constant)
        case .stored(let tensor): return .stored(tensor)
        case .activation, .sigmoidPart:
            throw fault(node, "has a weight, input \(index), that depends on the network's inputs")
        case nil: throw fault(node, "has no input \(index)")
        }
    }

    func isConstant(_ value: Value?) -> Bool {
        switch value {
        case .constant, .stored: true
        case .activation, .sigmoidPart, nil: false
        }
    }

    /// An error that names the file, the operator and the node.
    func fault(_ node: ONNXNode, _ what: String) -> FramegenError { Self.fault(path, node, what) }

    private static func fault(_ path: String, _ node: ONNXNode, _ what: String) -> FramegenError {
        let name = node.name.isEmpty ? node.outputs.first ?? "" : node.name
        return FramegenError(
            .invalidData, "\(path): \(Printable.text(node.type)) node \(Printable.text(name)) \(what)")
    }
}
