internal import FrameGeneration

/// What operations ask of the values they read, whatever the file's format.
extension ImportedNetwork {
    /// The operation and the shape of a convolution's result.
    ///
    /// `strides` are from row to row and from column to column, `padding` is zeros on each of the four sides, and `fault`
    /// makes the error that names the file's node.
    static func convolution(
        of input: NetworkGraph.Value, weight: (key: String, shape: [Int]), bias: (key: String, shape: [Int])?,
        strides: [Int], padding: Int, groups: Int, fault: (String) -> FramegenError
    ) throws(FramegenError) -> (operation: NetworkGraph.Operation, shape: [Int]) {
        let kernel = try checkWeight(weight.shape, groups, of: input, fault)
        let sides = try sides(of: input, kernel, strides, padding, fault)
        if let bias, bias.shape != [weight.shape[0]] {
            throw fault("has a bias of \(bias.shape), expected [\(weight.shape[0])]")
        }
        let convolution = Convolution(
            weightKey: weight.key, biasKey: bias?.key, weightShape: weight.shape,
            stride: Convolution.Stride(strides[0], strides[1]), padding: padding, groups: groups)
        return (.convolution(convolution), [input.shape[0], weight.shape[0]] + sides)
    }

    /// The kernel's size.
    @discardableResult
    static func checkWeight(
        _ shape: [Int], _ groups: Int, of input: NetworkGraph.Value, _ fault: (String) -> FramegenError
    ) throws(FramegenError) -> Int {
        guard shape.count == 4, shape[2] == shape[3], shape.allSatisfy({ $0 >= 1 }) else {
            throw fault("has a weight of \(shape), expected output×input×kernel×kernel")
        }
        guard groups >= 1, groups <= shape[0], shape[0] % groups == 0, shape[1] <= input.shape[1],
            shape[1].multipliedReportingOverflow(by: groups) == (input.shape[1], false)
        else {
            throw fault("has a weight of \(shape) in \(groups) groups for a value of \(input.shape[1]) channels")
        }
        return shape[2]
    }

    static func checkStrides(_ strides: [Int], _ fault: (String) -> FramegenError) throws(FramegenError) {
        guard strides.count == 2, strides.allSatisfy({ (1...64).contains($0) }) else {
            throw fault("has strides of \(strides), expected two from 1 to 64")
        }
    }

    /// Zeros on every side; the family pads all four alike.
    static func padding(_ pads: [Int], _ fault: (String) -> FramegenError) throws(FramegenError) -> Int {
        guard pads.count == 4, let padding = pads.first, pads.allSatisfy({ $0 == padding }),
            (0...1024).contains(padding)
        else {
            throw fault("pads by \(pads), expected the same number of zeros on all four sides")
        }
        return padding
    }

    /// The shape of values joined along the channels.
    static func joinedShape(
        _ inputs: [NetworkGraph.Value], _ fault: (String) -> FramegenError
    ) throws(FramegenError) -> [Int] {
        guard var shape = inputs.first?.shape else { throw fault("joins no values") }
        for input in inputs.dropFirst() {
            guard input.shape[0] == shape[0], input.shape[2...] == shape[2...] else {
                throw fault("joins \(inputs.map(\.shape)), expected one height and width")
            }
            shape[1] += input.shape[1]
        }
        return shape
    }

    static func checkEpsilon(_ epsilon: Float, _ fault: (String) -> FramegenError) throws(FramegenError) {
        guard epsilon >= 0, epsilon < 1 else { throw fault("has the epsilon \(epsilon), expected 0 to 1") }
    }

    private static func sides(
        of input: NetworkGraph.Value, _ kernel: Int, _ strides: [Int], _ padding: Int,
        _ fault: (String) -> FramegenError
    ) throws(FramegenError) -> [Int] {
        try checkStrides(strides, fault)
        var sides: [Int] = []
        for (size, stride) in zip(input.shape[2...], strides) {
            guard size + 2 * padding >= kernel else {
                throw fault("has a kernel of \(kernel), larger than its padded value of \(input.shape)")
            }
            sides.append((size + 2 * padding - kernel) / stride + 1)
        }
        return sides
    }
}
