internal import FrameGeneration

extension MILImporter {
    /// For messages.
    static let supportedOperations =
        "const, conv, batch_norm, relu, sigmoid, add, concat along the channels, upsample_bilinear (align_corners, to "
        + "twice the size), and cast between float16 and float32"

    /// What `operation` computes; adds to the network what it takes.
    mutating func result(of operation: MILOperation) throws(FramegenError) -> Value {
        switch operation.type {
        case "const": return try storedConstant(operation)
        case "conv": return try convolution(operation)
        case "batch_norm": return try batchNormalization(operation)
        case "relu", "sigmoid":
            try allow(["x"], operation)
            let (input, type) = try activation(operation, "x")
            let computed = operation.type == "relu" ? NetworkGraph.Operation.relu : .sigmoid
            return try append(operation, computed, from: [input], shape: input.shape, type)
        case "add":
            try allow(["x", "y"], operation)
            let (a, b) = (try activation(operation, "x"), try activation(operation, "y"))
            guard a.value.shape == b.value.shape, a.type == b.type else {
                throw fault(operation, "adds \(a.value.shape) and \(b.value.shape), expected one shape and type")
            }
            return try append(operation, .addition, from: [a.value, b.value], shape: a.value.shape, a.type)
        case "concat": return try concatenation(operation)
        case "upsample_bilinear": return try upsampling(operation)
        case "cast":
            try allow(["x", "dtype"], operation)
            let (input, _) = try activation(operation, "x")
            switch try string(operation, "dtype", default: "") {
            case "fp16": return .activation(input, .float16)
            case "fp32": return .activation(input, .float32)
            case let name: throw fault(operation, "casts to \(Printable.text(name)), expected fp16 or fp32")
            }
        default:
            let compressed =
                operation.type.hasPrefix("constexpr") || operation.type.contains("quantize")
                ? " (its weights are compressed; they have to be exported in float16 or float32)" : ""
            throw FramegenError(
                .invalidData,
                "\(path): the operation \(Printable.text(operation.type)) \(Printable.text(operation.name)) is not "
                    + "supported\(compressed), expected \(Self.supportedOperations)")
        }
    }

    private func storedConstant(_ operation: MILOperation) throws(FramegenError) -> Value {
        try allow([], operation)
        guard let value = operation.attributes["val"], value.type == operation.outputs[0].type else {
            throw fault(operation, "has no value of its declared type, \(operation.outputs[0].type.text)")
        }
        return .constant(value, name: operation.name)
    }

    private mutating func convolution(_ operation: MILOperation) throws(FramegenError) -> Value {
        try allow(["x", "weight", "bias", "strides", "pad_type", "pad", "dilations", "groups"], operation)
        let (input, type) = try activation(operation, "x")
        guard let weight = try parameter(operation, "weight", type) else { throw fault(operation, "has no weight") }
        let bias = try parameter(operation, "bias", type)
        guard try integers(operation, "dilations", default: [1, 1]) == [1, 1] else {
            throw fault(operation, "is dilated, expected dilations of 1")
        }
        let pads = try integers(operation, "pad", default: [0, 0, 0, 0])
        let strides = try integers(operation, "strides", default: [1, 1])
        let groups = try integers(operation, "groups", default: [1])
        guard groups.count == 1 else { throw fault(operation, "has \(groups) groups, expected one number") }
        let padding: Int
        switch try string(operation, "pad_type", default: "valid") {
        case "valid": padding = 0
        case "custom": padding = try ImportedNetwork.padding(pads) { fault(operation, $0) }
        case let name: throw fault(operation, "has the pad_type \(Printable.text(name)), expected valid or custom")
        }
        let (computed, shape) = try ImportedNetwork.convolution(
            of: input, weight: weight, bias: bias, strides: strides, padding: padding, groups: groups[0]
        ) { fault(operation, $0) }
        return try append(operation, computed, from: [input], shape: shape, type)
    }

    private mutating func batchNormalization(_ operation: MILOperation) throws(FramegenError) -> Value {
        try allow(["x", "mean", "variance", "gamma", "beta", "epsilon"], operation)
        let (input, type) = try activation(operation, "x")
        let epsilon = try float(operation, "epsilon", default: 1e-5)
        try ImportedNetwork.checkEpsilon(epsilon) { fault(operation, $0) }
        let prefix = try parameterPrefix(operation, type, of: [input.shape[1]])
        return try append(
            operation, .batchNormalization(parameterPrefix: prefix, epsilon: epsilon), from: [input],
            shape: input.shape,
            type)
    }

    private mutating func concatenation(_ operation: MILOperation) throws(FramegenError) -> Value {
        try allow(["values", "axis", "interleave"], operation)
        var inputs: [NetworkGraph.Value] = []
        var types: Set<MILDataType> = []
        for binding in operation.inputs["values"] ?? [] {
            guard case .activation(let value, let type) = try value(of: binding, operation, "values") else {
                throw fault(operation, "joins constants, expected values that depend on the network's inputs")
            }
            inputs.append(value)
            types.insert(type)
        }
        let axis = try integers(operation, "axis", default: [])
        guard axis == [1] || axis == [-3], try bool(operation, "interleave", default: false) == false else {
            throw fault(operation, "joins values along axis \(axis), or interleaved, expected axis 1, the channels")
        }
        let shape = try ImportedNetwork.joinedShape(inputs) { fault(operation, $0) }
        guard types.count == 1, let type = types.first else {
            throw fault(operation, "joins \(types.map(\.name).sorted()), expected one type")
        }
        return try append(operation, .channelConcatenation, from: inputs, shape: shape, type)
    }

    private mutating func upsampling(_ operation: MILOperation) throws(FramegenError) -> Value {
        try allow(["x", "scale_factor_height", "scale_factor_width", "align_corners"], operation)
        let (input, type) = try activation(operation, "x")
        let scales = [
            try float(operation, "scale_factor_height", default: 1),
            try float(operation, "scale_factor_width", default: 1),
        ]
        guard scales == [2, 2], try bool(operation, "align_corners", default: true) else {
            throw fault(operation, "resizes by \(scales), expected twice the height and width, with align_corners")
        }
        let shape = Array(input.shape[..<2]) + [2 * input.shape[2], 2 * input.shape[3]]
        return try append(operation, .bilinearUpsampling, from: [input], shape: shape, type)
    }

    /// Refuses arguments that could change what an operation means.
    private func allow(_ arguments: Set<String>, _ operation: MILOperation) throws(FramegenError) {
        guard let other = operation.inputs.keys.filter({ !arguments.contains($0) }).min() else { return }
        throw fault(operation, "has the argument \(Printable.text(other)), which is not known")
    }
}
