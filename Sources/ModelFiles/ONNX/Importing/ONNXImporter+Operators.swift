internal import FrameGeneration

extension ONNXImporter {
    /// For messages.
    static let supportedOperators =
        "Conv, BatchNormalization, Relu, Sigmoid, Add, Concat along the channels, Resize (linear, align_corners, to "
        + "twice the size), Identity, Dropout, Cast, and arithmetic on shapes"

    /// What `node` computes; adds to the network what it takes.
    mutating func result(of node: ONNXNode) throws(FramegenError) -> Value {
        guard node.domain.isEmpty || node.domain == "ai.onnx" else { throw unsupported(node) }
        switch node.type {
        case "Constant": return try storedConstant(node)
        case "Identity": return try passedThrough(node)
        case "Dropout":
            if let training = try constant(node, 2), training.doubles.contains(where: { $0 != 0 }) {
                throw fault(node, "is made for training, expected an export for inference (model.eval())")
            }
            return try passedThrough(node)
        case "Cast", "CastLike": return try cast(node)
        case "Shape", "Size": return try shape(node)
        case "Conv": return try convolution(node)
        case "BatchNormalization": return try batchNormalization(node)
        case "Resize": return try resize(node)
        case "Pad": return try pad(node)
        default: break
        }
        let first = try operand(node, 0)
        if let step = try sigmoidStep(node) { return step }
        if first == nil || isConstant(first) { return try resultOfConstants(node) }
        switch node.type {
        case "Relu":
            let input = try activation(node, 0)
            return try append(node, .relu, from: [input], shape: input.shape)
        case "Sigmoid": return try sigmoid(node, activation(node, 0))
        case "Neg": return .sigmoidPart(.negated, of: try activation(node, 0))
        case "Exp":
            guard case .sigmoidPart(.negated, let value) = first else { throw unsupported(node) }
            return .sigmoidPart(.power, of: value)
        case "Reciprocal":
            guard case .sigmoidPart(.sum, let value) = first else { throw unsupported(node) }
            return try sigmoid(node, value)
        case "Add": return try addition(node)
        case "Concat": return try concatenation(node)
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze": return try reshaped(node)
        default: throw unsupported(node)
        }
    }

    func unsupported(_ node: ONNXNode) -> FramegenError {
        let quantised =
            ["QLinear", "Quantize", "Dequantize", "Integer"].contains { node.type.contains($0) }
            ? " (the model is quantised; it has to be exported in float32 or float16)" : ""
        let domain = node.domain.isEmpty ? "" : "\(Printable.text(node.domain)), "
        let name = Printable.text(node.name.isEmpty ? node.outputs.first ?? "" : node.name)
        return FramegenError(
            .invalidData,
            "\(path): the operator \(domain)\(Printable.text(node.type)) of node \(name) is not supported\(quantised), "
                + "expected \(Self.supportedOperators)")
    }

    private func passedThrough(_ node: ONNXNode) throws(FramegenError) -> Value {
        guard let value = try operand(node, 0) else { throw fault(node, "has no input 0") }
        return value
    }

    private mutating func sigmoid(_ node: ONNXNode, _ input: NetworkGraph.Value) throws(FramegenError) -> Value {
        try append(node, .sigmoid, from: [input], shape: input.shape)
    }

    private mutating func addition(_ node: ONNXNode) throws(FramegenError) -> Value {
        let (first, second) = (try operand(node, 0), try operand(node, 1))
        if case .sigmoidPart(.power, let value) = first, try constant(node, 1)?.isSingle(1) == true {
            return .sigmoidPart(.sum, of: value)
        }
        guard !isConstant(second) else { throw fault(node, "adds a constant to a value, expected two values") }
        let (a, b) = (try activation(node, 0), try activation(node, 1))
        guard a.shape == b.shape else { throw fault(node, "adds \(a.shape) and \(b.shape), expected one shape") }
        return try append(node, .addition, from: [a, b], shape: a.shape)
    }

    /// 1 + exp(−x) and 1/(1 + exp(−x)), as the last steps of a sigmoid have it; nil for anything else.
    private mutating func sigmoidStep(_ node: ONNXNode) throws(FramegenError) -> Value? {
        guard case .sigmoidPart(let part, let value) = try operand(node, 1) else { return nil }
        let isOne = isConstant(try operand(node, 0)) ? try constant(node, 0)?.isSingle(1) ?? false : false
        switch (node.type, part) {
        case ("Add", .power) where isOne: return .sigmoidPart(.sum, of: value)
        case ("Div", .sum) where isOne: return try sigmoid(node, value)
        default: throw unsupported(node)
        }
    }

    private mutating func concatenation(_ node: ONNXNode) throws(FramegenError) -> Value {
        var inputs: [NetworkGraph.Value] = []
        for index in node.inputs.indices { inputs.append(try activation(node, index)) }
        let axis = try axis(node, integer(node, "axis", default: 0), of: 4)
        guard axis == 1 else { throw fault(node, "joins values along axis \(axis), expected 1, the channels") }
        let shape = try ImportedNetwork.joinedShape(inputs) { fault(node, $0) }
        return try append(node, .channelConcatenation, from: inputs, shape: shape)
    }

    private mutating func batchNormalization(_ node: ONNXNode) throws(FramegenError) -> Value {
        let input = try activation(node, 0)
        guard try integer(node, "training_mode", default: 0) == 0 else {
            throw fault(node, "is made for training, expected an export for inference (model.eval())")
        }
        let epsilon: Float
        switch node.attributes["epsilon"] {
        case nil: epsilon = 1e-5
        case .float(let value): epsilon = Float(value)
        default: throw fault(node, "has an attribute epsilon that is no number")
        }
        try ImportedNetwork.checkEpsilon(epsilon) { fault(node, $0) }
        var sources: [ParameterSource] = []
        for index in 1...4 {
            let source = try parameter(node, index)
            guard source.shape == [input.shape[1]] else {
                throw fault(node, "has an input \(index) of \(source.shape), expected [\(input.shape[1])]")
            }
            sources.append(source)
        }
        let prefix = parameterPrefix(node, sources)
        return try append(
            node, .batchNormalization(parameterPrefix: prefix, epsilon: epsilon), from: [input], shape: input.shape)
    }
}
