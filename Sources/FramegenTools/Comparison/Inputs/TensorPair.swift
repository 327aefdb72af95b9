import FrameGeneration
import ModelFiles

/// Two tensors of one shape, all of whose values are finite.
struct TensorPair: Sendable {
    /// Both are held in memory.
    private static let largestFile = 1 << 31

    let first: Tensor
    let second: Tensor
    /// The range that is asked for, or that the first one has.
    let dataRange: Double

    /// - Throws: `FramegenError`: `.notFound`, `.invalidData` naming the file, or both with their shapes.
    init(_ request: ComparisonRequest) throws(FramegenError) {
        let (firstPath, secondPath) = (request.firstPath, request.secondPath)
        first = try Self.tensor(at: firstPath)
        second = try Self.tensor(at: secondPath)
        guard first.shape == second.shape else {
            throw FramegenError(
                .invalidData,
                "\(firstPath) has the shape \(first.shape) and \(secondPath) \(second.shape), expected one shape")
        }
        guard !first.values.isEmpty else {
            throw FramegenError(
                .invalidData, "\(firstPath) and \(secondPath) have the shape \(first.shape), expected values in them")
        }
        dataRange = if let range = request.dataRange { range } else { try Self.range(of: first, firstPath) }
    }

    private static func tensor(at path: String) throws(FramegenError) -> Tensor {
        let size = try RegularFile(path).byteCount
        guard size <= largestFile else {
            throw FramegenError(.invalidData, "\(path) has \(size) bytes, expected at most \(largestFile)")
        }
        let tensor = try NPYFile.tensor(at: path)
        if let place = tensor.values.firstIndex(where: { !$0.isFinite }) {
            throw FramegenError(
                .invalidData,
                "\(path) holds \(tensor.values[place]) at \(index(of: place, in: tensor.shape)), expected finite float32 "
                    + "values only")
        }
        return tensor
    }

    /// 1 for values such as pictures have them in a network, else what the values span.
    private static func range(of tensor: Tensor, _ path: String) throws(FramegenError) -> Double {
        let (least, greatest) = (tensor.values.min() ?? 0, tensor.values.max() ?? 0)
        if least >= 0, greatest <= 1 { return 1 }
        guard least < greatest else {
            throw FramegenError(
                .invalidRequest,
                "all values of \(path) are \(least), which says nothing of their range: give it (--data-range)")
        }
        return Double(greatest) - Double(least)
    }

    /// The position of a value in each dimension.
    private static func index(of place: Int, in shape: [Int]) -> [Int] {
        var rest = place
        return shape.reversed().map { size in
            defer { rest /= size }
            return rest % size
        }.reversed()
    }
}
