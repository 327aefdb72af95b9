internal import FrameGeneration

extension ONNXImporter {
    mutating func convolution(_ node: ONNXNode) throws(FramegenError) -> Value {
        let input = try activation(node, 0)
        let weight = try parameter(node, 1)
        let groups = try integer(node, "group", default: 1)
        let kernel = try ImportedNetwork.checkWeight(weight.shape, groups, of: input) { fault(node, $0) }
        guard try integers(node, "kernel_shape", default: [kernel, kernel]) == [kernel, kernel],
            try integers(node, "dilations", default: [1, 1]) == [1, 1]
        else {
            throw fault(node, "is dilated or contradicts its weight of \(weight.shape), expected dilations of 1")
        }
        let strides = try integers(node, "strides", default: [1, 1])
        try ImportedNetwork.checkStrides(strides) { fault(node, $0) }
        let padding = try padding(node, input.shape, kernel, strides)
        let weightKey = parameterKey(node, 1, weight)
        var bias: (key: String, shape: [Int])?
        if try operand(node, 2) != nil {
            let source = try parameter(node, 2)
            bias = (parameterKey(node, 2, source), source.shape)
        }
        let (operation, shape) = try ImportedNetwork.convolution(
            of: input, weight: (weightKey, weight.shape), bias: bias, strides: strides, padding: padding, groups: groups
        ) { fault(node, $0) }
        return try append(node, operation, from: [input], shape: shape)
    }

    /// Zeros on every side; the family pads all four alike.
    private func padding(
        _ node: ONNXNode, _ shape: [Int], _ kernel: Int, _ strides: [Int]
    ) throws(FramegenError) -> Int {
        let mode = try string(node, "auto_pad", default: "NOTSET")
        let pads: [Int]
        switch mode {
        case "NOTSET": pads = try integers(node, "pads", default: [0, 0, 0, 0])
        case "VALID": pads = [0, 0, 0, 0]
        case "SAME_UPPER", "SAME_LOWER":
            let totals = zip(shape[2...], strides).map { size, stride in
                max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
            }
            let (before, after) = (totals.map { $0 / 2 }, totals.map { $0 - $0 / 2 })
            pads = mode == "SAME_UPPER" ? before + after : after + before
        default: throw fault(node, "has the auto_pad \(Printable.text(mode)), expected NOTSET, VALID or SAME")
        }
        return try ImportedNetwork.padding(pads) { fault(node, $0) }
    }

    mutating func resize(_ node: ONNXNode) throws(FramegenError) -> Value {
        let input = try activation(node, 0)
        let mode = try string(node, "mode", default: "nearest")
        let transformation = try string(node, "coordinate_transformation_mode", default: "half_pixel")
        guard mode == "linear", transformation == "align_corners" else {
            throw fault(
                node,
                "resizes by \(Printable.text(mode)), \(Printable.text(transformation)), expected linear, align_corners")
        }
        guard try integer(node, "antialias", default: 0) == 0 else {
            throw fault(node, "resizes with antialiasing, expected none")
        }
        var axes: [Int] = []
        for value in try integers(node, "axes", default: [0, 1, 2, 3]) { axes.append(try axis(node, value, of: 4)) }
        var sides: [Int?] = [nil, nil, nil, nil]
        if let sizes = try constant(node, 3), sizes.count > 0 {
            for (axis, size) in zip(axes, sizes.integers ?? []) { sides[axis] = size }
        } else if let scales = try constant(node, 2) {
            for (axis, scale) in zip(axes, scales.doubles) {
                let side = (Double(input.shape[axis]) * scale).rounded(.down)
                guard (1...65536).contains(side) else { throw fault(node, "has the scales \(scales.doubles)") }
                sides[axis] = Int(side)
            }
        }
        // The batch may be another one than the file was made with.
        let channels = sides[1] ?? input.shape[1]
        guard channels == input.shape[1], sides[2] == 2 * input.shape[2], sides[3] == 2 * input.shape[3] else {
            let target = sides.enumerated().map { $1 ?? input.shape[$0] }
            throw fault(node, "resizes \(input.shape) to \(target), expected twice the height and width")
        }
        let shape = Array(input.shape[..<2]) + [2 * input.shape[2], 2 * input.shape[3]]
        return try append(node, .bilinearUpsampling, from: [input], shape: shape)
    }

    /// Only a padding by nothing is known: what exporters make of one that depends on sizes.
    func pad(_ node: ONNXNode) throws(FramegenError) -> Value {
        guard let value = try operand(node, 0) else { throw fault(node, "has no input 0") }
        let given = try integers(node, 1)
        guard let pads = given else { throw fault(node, "has no paddings") }
        guard pads.allSatisfy({ $0 == 0 }) else {
            throw fault(node, "pads by \(pads), expected nothing to pad at the sizes of the family")
        }
        return value
    }
}
