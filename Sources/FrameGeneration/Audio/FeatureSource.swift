/// Rows of audio features in their order, one for each video frame, given out once and only when asked for.
public protocol FeatureSource: Sendable {
    /// Values in a row.
    var rowSize: Int { get }
    /// Rows in all, where that is known beforehand.
    var rowCount: Int? { get }

    /// The next row, or nil after the last one.
    ///
    /// - Throws: `FramegenError` when the features cannot be read or are not numbers.
    func nextRow() async throws(FramegenError) -> [Float]?
}

/// Features held in memory.
public actor FeatureRows: FeatureSource {
    /// Values in a row.
    public nonisolated let rowSize: Int
    /// Rows in all.
    public nonisolated let rowCount: Int?
    private let values: [Float]
    private var next = 0

    /// The features of `tensor`, whose first dimension counts rows.
    ///
    /// - Precondition: the tensor has at least two dimensions, the first one not 0.
    public init(_ tensor: Tensor) {
        precondition(tensor.shape.count >= 2 && tensor.shape[0] > 0, "\(tensor.shape) holds no rows of features")
        rowCount = tensor.shape[0]
        rowSize = tensor.values.count / tensor.shape[0]
        values = tensor.values
    }

    /// The next row, or nil after the last one.
    public func nextRow() -> [Float]? {
        guard (next + 1) * rowSize <= values.count else { return nil }
        defer { next += 1 }
        return Array(values[next * rowSize..<(next + 1) * rowSize])
    }
}
