/// A dense float32 tensor, row-major (C order).
public struct Tensor: Sendable, Equatable {
    /// Sizes from the outermost dimension to the innermost; empty for a scalar.
    public let shape: [Int]
    /// `shape`'s product many values.
    public var values: PageArray<Float>

    /// Wraps values that are in row-major order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: PageArray<Float>) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values cannot fill a tensor of \(shape)")
        self.shape = shape
        self.values = values
    }

    /// Copies values that are in row-major order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Float]) { self.init(shape: shape, values: PageArray(values)) }

    /// A tensor of zeros.
    public init(zeros shape: [Int]) {
        self.init(shape: shape, values: PageArray(repeating: 0, count: shape.reduce(1, *)))
    }
}
