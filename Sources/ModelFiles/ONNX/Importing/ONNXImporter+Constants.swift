internal import FrameGeneration

extension ONNXImporter {
    /// What a node computes from constants alone.
    func resultOfConstants(_ node: ONNXNode) throws(FramegenError) -> Value {
        .constant(try constantResult(node))
    }

    private func constantResult(_ node: ONNXNode) throws(FramegenError) -> ONNXConstant {
        switch node.type {
        case "Concat": return try joined(node)
        case "ConstantOfShape": return try filled(node)
        case "Range": return try range(node)
        case "Where":
            let (condition, first, second) = (try required(node, 0), try required(node, 1), try required(node, 2))
            return try chosen(condition, first, second, node)
        default: break
        }
        guard Self.constantOperators.contains(node.type) else { throw unsupported(node) }
        let first = try required(node, 0)
        switch node.type {
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze": return first.reshaped(try targetShape(node, first.shape))
        case "Gather": return try gathered(node, first)
        case "Slice": return try sliced(node, first)
        case "Transpose": return try transposed(node, first)
        case "Expand":
            guard let wanted = try integers(node, 1), wanted.count <= 8,
                let shape = ONNXConstant.broadcastShape(first.shape, wanted), let result = first.broadcast(to: shape)
            else { throw fault(node, "cannot stretch \(first.shape)") }
            return result
        case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin": return try reduced(node, first)
        default: break
        }
        if let result = ConstantArithmetic.result(of: node.type, first) { return result }
        guard let second = try constant(node, 1),
            let result = ConstantArithmetic.result(of: node.type, first, second)
        else { throw fault(node, "has no result for the constants it is given") }
        return result
    }

    private static let constantOperators: Set<String> = [
        "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gather", "Slice", "Transpose", "Expand", "ReduceProd",
        "ReduceSum", "ReduceMax", "ReduceMin", "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Pow", "Equal", "Less",
        "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not", "Neg", "Abs", "Floor", "Ceil", "Round",
    ]

    private func required(_ node: ONNXNode, _ index: Int) throws(FramegenError) -> ONNXConstant {
        guard let constant = try constant(node, index) else { throw fault(node, "has no input \(index)") }
        return constant
    }

    private func joined(_ node: ONNXNode) throws(FramegenError) -> ONNXConstant {
        var parts: [ONNXConstant] = []
        for index in node.inputs.indices { parts.append(try required(node, index)) }
        let rank = parts.first?.shape.count ?? 0
        guard rank == 1, parts.allSatisfy({ $0.shape.count == 1 }) else {
            throw fault(node, "joins constants of \(parts.map(\.shape)), expected lists")
        }
        _ = try axis(node, integer(node, "axis", default: 0), of: rank)
        let count = parts.reduce(0) { $0 + $1.count }
        guard count <= ONNXConstant.mostElements else { throw fault(node, "makes a list of \(count) numbers") }
        let integers = parts.compactMap(\.integers)
        return integers.count == parts.count
            ? ONNXConstant(integers.flatMap { $0 })
            : ONNXConstant(shape: [count], numbers: .floats(parts.flatMap(\.doubles)))
    }

    private func filled(_ node: ONNXNode) throws(FramegenError) -> ONNXConstant {
        guard let shape = try integers(node, 0), shape.count <= 8,
            let count = ONNXConstant.elementCount(of: shape)
        else { throw fault(node, "has no shape that can be filled") }
        var value = ONNXConstant(shape: [1], numbers: .floats([0]))
        if case .tensor(let tensor) = node.attributes["value"] { value = try tensors.constant(of: tensor) }
        guard value.count == 1 else { throw fault(node, "fills with \(value.count) values, expected one") }
        return value.picking([Int](repeating: 0, count: count), shape: shape)
    }

    private func range(_ node: ONNXNode) throws(FramegenError) -> ONNXConstant {
        guard let start = try integers(node, 0)?.first, let end = try integers(node, 1)?.first,
            let step = try integers(node, 2)?.first, step != 0
        else { throw fault(node, "has no whole start, end and step") }
        let count = ((Double(end) - Double(start)) / Double(step)).rounded(.up)
        guard count <= Double(ONNXConstant.mostElements) else { throw fault(node, "makes \(count) numbers") }
        return ONNXConstant((0..<(count > 0 ? Int(count) : 0)).map { start &+ $0 &* step })
    }

    private func chosen(
        _ condition: ONNXConstant, _ first: ONNXConstant, _ second: ONNXConstant, _ node: ONNXNode
    ) throws(FramegenError) -> ONNXConstant {
        guard let both = ONNXConstant.broadcastShape(first.shape, second.shape),
            let shape = ONNXConstant.broadcastShape(condition.shape, both),
            let choices = condition.broadcast(to: shape), let a = first.broadcast(to: shape),
            let b = second.broadcast(to: shape)
        else { throw fault(node, "chooses between \(first.shape) and \(second.shape)") }
        let isFirst = choices.doubles.map { $0 != 0 }
        if let x = a.integers, let y = b.integers {
            return ONNXConstant(
                shape: shape, numbers: .integers(isFirst.indices.map { isFirst[$0] ? x[$0] : y[$0] }))
        }
        let (x, y) = (a.doubles, b.doubles)
        return ONNXConstant(shape: shape, numbers: .floats(isFirst.indices.map { isFirst[$0] ? x[$0] : y[$0] }))
    }

    private func gathered(_ node: ONNXNode, _ data: ONNXConstant) throws(FramegenError) -> ONNXConstant {
        guard let indices = try constant(node, 1), let positions = indices.integers else {
            throw fault(node, "has no whole indices")
        }
        let axis = try axis(node, integer(node, "axis", default: 0), of: data.shape.count)
        var picked: [Int] = []
        for position in positions { picked.append(try self.axis(node, position, of: data.shape[axis])) }
        var coordinates = data.shape.map { Array(0..<$0) }
        coordinates[axis] = picked
        let shape = Array(data.shape[..<axis]) + indices.shape + Array(data.shape[(axis + 1)...])
        guard shape.count <= 8, ONNXConstant.elementCount(of: shape) != nil else {
            throw fault(node, "makes a constant of \(shape)")
        }
        let strides = ONNXConstant.strides(of: data.shape)
        return data.picking(ONNXConstant.indices(of: coordinates, strides: strides), shape: shape)
    }

    private func sliced(_ node: ONNXNode, _ data: ONNXConstant) throws(FramegenError) -> ONNXConstant {
        guard let starts = try integers(node, 1), let ends = try integers(node, 2) else {
            throw fault(node, "has no starts and ends")
        }
        let axes = try integers(node, 3) ?? Array(starts.indices)
        let steps = try integers(node, 4) ?? [Int](repeating: 1, count: starts.count)
        guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count else {
            throw fault(
                node, "has \(starts.count) starts, \(ends.count) ends, \(axes.count) axes, \(steps.count) steps")
        }
        var coordinates = data.shape.map { Array(0..<$0) }
        for (index, value) in axes.enumerated() {
            let axis = try axis(node, value, of: data.shape.count)
            let size = data.shape[axis]
            // Further than any end, and far from where counting on would overflow.
            let step = min(max(steps[index], -ONNXConstant.mostElements), ONNXConstant.mostElements)
            guard step != 0 else { throw fault(node, "has a step of 0") }
            func position(_ value: Int, _ range: ClosedRange<Int>) -> Int {
                min(max(value < 0 ? value + size : value, range.lowerBound), range.upperBound)
            }
            coordinates[axis] =
                step > 0
                ? Array(stride(from: position(starts[index], 0...size), to: position(ends[index], 0...size), by: step))
                : size == 0
                    ? []
                    : Array(
                        stride(
                            from: position(starts[index], 0...size - 1), to: position(ends[index], -1...size - 1),
                            by: step))
        }
        let strides = ONNXConstant.strides(of: data.shape)
        return data.picking(ONNXConstant.indices(of: coordinates, strides: strides), shape: coordinates.map(\.count))
    }

    private func transposed(_ node: ONNXNode, _ data: ONNXConstant) throws(FramegenError) -> ONNXConstant {
        let order = try integers(node, "perm", default: data.shape.indices.reversed())
        guard order.sorted() == Array(data.shape.indices) else {
            throw fault(node, "permutes \(data.shape) by \(order)")
        }
        let strides = ONNXConstant.strides(of: data.shape)
        let shape = order.map { data.shape[$0] }
        return data.picking(
            ONNXConstant.indices(of: shape.map { Array(0..<$0) }, strides: order.map { strides[$0] }), shape: shape)
    }

    /// Of a list to one number, the only kind that arithmetic on shapes has.
    private func reduced(_ node: ONNXNode, _ data: ONNXConstant) throws(FramegenError) -> ONNXConstant {
        guard data.shape.count == 1, let first = data.integers?.first else {
            throw fault(node, "reduces \(data.shape), expected a list of whole numbers")
        }
        let operators = ["ReduceProd": "Mul", "ReduceSum": "Add", "ReduceMax": "Max", "ReduceMin": "Min"]
        var total = ONNXConstant(shape: [1], numbers: .integers([first]))
        for value in data.integers?.dropFirst() ?? [] {
            let next = ONNXConstant(shape: [1], numbers: .integers([value]))
            guard let result = ConstantArithmetic.result(of: operators[node.type] ?? "", total, next) else {
                throw fault(node, "has no result for \(data.doubles)")
            }
            total = result
        }
        return try integer(node, "keepdims", default: 1) == 0 ? total.reshaped([]) : total
    }
}
