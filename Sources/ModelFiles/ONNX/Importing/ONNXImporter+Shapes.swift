internal import FrameGeneration

extension ONNXImporter {
    func storedConstant(_ node: ONNXNode) throws(FramegenError) -> Value {
        for (name, attribute) in node.attributes {
            switch (name, attribute) {
            case ("value", .tensor(let tensor)): return .stored(tensor)
            case ("value_int", .integer(let value)):
                return .constant(ONNXConstant(shape: [], numbers: .integers([value])))
            case ("value_ints", .integers(let values)): return .constant(ONNXConstant(values))
            case ("value_float", .float(let value)):
                return .constant(ONNXConstant(shape: [], numbers: .floats([value])))
            case ("value_floats", .floats(let values)):
                return .constant(ONNXConstant(shape: [values.count], numbers: .floats(values)))
            default: continue
            }
        }
        throw fault(node, "holds no tensor and no number")
    }

    /// Between floating-point types a value stays what it is, because everything is computed in float32.
    func cast(_ node: ONNXNode) throws(FramegenError) -> Value {
        guard let value = try operand(node, 0) else { throw fault(node, "has no input 0") }
        let type = try castType(node)
        switch value {
        case .activation, .sigmoidPart:
            guard type.isFloatingPoint else {
                throw fault(node, "makes a value \(type.name), expected a floating-point type")
            }
            return value
        case .stored(let tensor) where tensor.dataType.isFloatingPoint && type.isFloatingPoint: return value
        case .stored, .constant:
            guard let constant = try constant(node, 0) else { return value }
            return .constant(try converted(constant, to: type, node))
        }
    }

    private func castType(_ node: ONNXNode) throws(FramegenError) -> ONNXDataType {
        guard node.type == "CastLike" else { return ONNXDataType(code: try integer(node, "to", default: 0)) }
        switch try operand(node, 1) {
        case .stored(let tensor): return tensor.dataType
        case .constant(let constant): return constant.integers == nil ? .float32 : .int64
        case .activation, .sigmoidPart: return .float32
        case nil: throw fault(node, "has no input 1")
        }
    }

    private func converted(
        _ constant: ONNXConstant, to type: ONNXDataType, _ node: ONNXNode
    ) throws(FramegenError) -> ONNXConstant {
        guard let elementType = type.elementType else {
            throw fault(node, "makes a constant \(type.name), expected numbers")
        }
        if type.isFloatingPoint { return ONNXConstant(shape: constant.shape, numbers: .floats(constant.doubles)) }
        if elementType == .bool {
            return ONNXConstant(shape: constant.shape, numbers: .integers(constant.doubles.map { $0 == 0 ? 0 : 1 }))
        }
        if constant.integers != nil { return constant }
        var values: [Int] = []
        for value in constant.doubles {
            guard let integer = Int(exactly: value.rounded(.towardZero)) else {
                throw fault(node, "makes \(value) a whole number")
            }
            values.append(integer)
        }
        return ONNXConstant(shape: constant.shape, numbers: .integers(values))
    }

    func shape(_ node: ONNXNode) throws(FramegenError) -> Value {
        let shape: [Int]
        switch try operand(node, 0) {
        case .activation(_, let seen): shape = seen
        case .sigmoidPart(_, let value): shape = value.shape
        case .constant(let constant): shape = constant.shape
        case .stored(let tensor): shape = tensor.shape
        case nil: throw fault(node, "has no input 0")
        }
        guard node.type == "Shape" else {
            return .constant(ONNXConstant(shape: [], numbers: .integers([shape.reduce(1) { $0 &* $1 }])))
        }
        func position(_ value: Int) -> Int { min(max(value < 0 ? value + shape.count : value, 0), shape.count) }
        let start = position(try integer(node, "start", default: 0))
        let end = position(try integer(node, "end", default: shape.count))
        return .constant(ONNXConstant(Array(shape[start..<max(start, end)])))
    }

    /// A value seen in another shape; nothing is computed, so that the network does not change.
    func reshaped(_ node: ONNXNode) throws(FramegenError) -> Value {
        guard case .activation(let value, let shape) = try operand(node, 0) else { throw unsupported(node) }
        return .activation(value, shape: try targetShape(node, shape))
    }

    /// The shape that a reshaping operator gives to a tensor of `shape`.
    func targetShape(_ node: ONNXNode, _ shape: [Int]) throws(FramegenError) -> [Int] {
        switch node.type {
        case "Flatten":
            let axis = try integer(node, "axis", default: 1)
            guard (-shape.count...shape.count).contains(axis) else { throw fault(node, "has the axis \(axis)") }
            let split = axis < 0 ? axis + shape.count : axis
            return [shape[..<split].reduce(1) { $0 &* $1 }, shape[split...].reduce(1) { $0 &* $1 }]
        case "Squeeze":
            let given = try axes(node)
            let dropped = Set(
                try given.map { axes throws(FramegenError) in try self.axes(node, axes, of: shape.count) }
                    ?? shape.indices.filter { shape[$0] == 1 })
            guard dropped.allSatisfy({ shape[$0] == 1 }) else {
                throw fault(node, "drops dimensions \(dropped.sorted()) of \(shape), expected sizes of 1")
            }
            return shape.indices.filter { !dropped.contains($0) }.map { shape[$0] }
        case "Unsqueeze":
            guard let given = try axes(node), given.count <= 8 else { throw fault(node, "has no axes or too many") }
            let rank = shape.count + given.count
            let added = Set(try axes(node, given, of: rank))
            guard added.count == given.count else { throw fault(node, "has the axes \(given)") }
            var rest = shape[...]
            return (0..<rank).map { added.contains($0) ? 1 : rest.popFirst() ?? 1 }
        default: return try reshapeTarget(node, shape)
        }
    }

    private func reshapeTarget(_ node: ONNXNode, _ shape: [Int]) throws(FramegenError) -> [Int] {
        guard let wanted = try integers(node, 1), wanted.count <= 8 else { throw fault(node, "has no new shape") }
        let keepsZero = try integer(node, "allowzero", default: 0) != 0
        var target: [Int] = []
        for (index, size) in wanted.enumerated() {
            target.append(size == 0 && !keepsZero && index < shape.count ? shape[index] : size)
        }
        let count = shape.reduce(1) { $0 &* $1 }
        if let open = target.firstIndex(of: -1) {
            target[open] = 1
            let rest = target.reduce(1) { $0 &* $1 }
            guard rest > 0, count % rest == 0 else { throw fault(node, "reshapes \(shape) to \(wanted)") }
            target[open] = count / rest
        }
        guard ONNXConstant.elementCount(of: target, atMost: 1 << 40) == count else {
            throw fault(node, "reshapes \(shape) to \(wanted)")
        }
        return target
    }

    /// The axes of `Squeeze` and `Unsqueeze`: an attribute up to operator set 12, an input from 13 on.
    private func axes(_ node: ONNXNode) throws(FramegenError) -> [Int]? {
        if let axes = try integers(node, 1) { return axes }
        return node.attributes["axes"] == nil ? nil : try integers(node, "axes", default: [])
    }

    private func axes(_ node: ONNXNode, _ values: [Int], of rank: Int) throws(FramegenError) -> [Int] {
        var axes: [Int] = []
        for value in values { axes.append(try axis(node, value, of: rank)) }
        return axes
    }
}
