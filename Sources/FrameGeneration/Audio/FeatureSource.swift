/// Rows of audio features in their order, given out once and only when asked for.
///
/// A source serves one reader, who asks for a row only when the one before has come.
public protocol FeatureSource: Sendable {
    /// What to call the features in an error, such as their path.
    var name: String { get }
    /// Sizes of a row: `[512]` for AVE features, `[32, 16, 16]` where each row is a whole window already.
    var rowShape: [Int] { get }
    /// Rows in all, where that is known beforehand.
    var rowCount: Int? { get }

    /// Whether rows are computed when they are asked for, which takes time.
    var isComputed: Bool { get }

    /// Gets ready for the first row, which takes time where a network is to be prepared; `nextRow` does it where nobody
    /// has asked for it.
    ///
    /// - Throws: `FramegenError` when there will be no rows.
    func prepare() async throws(FramegenError)

    /// The next row, or nil after the last one.
    ///
    /// - Throws: `FramegenError` when the features cannot be read or are not numbers.
    func nextRow() async throws(FramegenError) -> [Float]?
}

extension FeatureSource {
    /// False.
    public var isComputed: Bool { false }

    /// Has nothing to do.
    public func prepare() async throws(FramegenError) {}
}

/// Features held in memory.
public actor FeatureRows: FeatureSource {
    /// `features in memory`.
    public nonisolated let name = "features in memory"
    /// Sizes of a row.
    public nonisolated let rowShape: [Int]
    /// Rows in all.
    public nonisolated let rowCount: Int?
    private let values: PageArray<Float>
    private var next = 0

    /// The features of `tensor`, whose first dimension counts rows.
    ///
    /// - Precondition: the tensor has at least two dimensions, the first one not 0.
    public init(_ tensor: Tensor) {
        precondition(tensor.shape.count >= 2 && tensor.shape[0] > 0, "\(tensor.shape) holds no rows of features")
        rowCount = tensor.shape[0]
        rowShape = Array(tensor.shape.dropFirst())
        values = tensor.values
    }

    /// The next row, or nil after the last one.
    public func nextRow() -> [Float]? {
        let rowSize = rowShape.reduce(1, *)
        guard (next + 1) * rowSize <= values.count else { return nil }
        defer { next += 1 }
        return Array(values[next * rowSize..<(next + 1) * rowSize])
    }
}
