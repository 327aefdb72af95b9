/// A small tensor known without running the network: what exporters compute sizes and paddings with.
///
/// Rearranging is picking elements by their index, so that it is written once for both kinds of numbers.
struct ONNXConstant: Sendable {
    let shape: [Int]
    let numbers: Numbers

    enum Numbers: Sendable {
        /// Truth values too, as 0 and 1.
        case integers([Int])
        case floats([Double])
    }

    /// Enough for a bias; arithmetic on shapes takes a dozen.
    static let mostElements = 1 << 14

    init(shape: [Int], numbers: Numbers) {
        self.shape = shape
        self.numbers = numbers
    }

    init(_ integers: [Int]) { self.init(shape: [integers.count], numbers: .integers(integers)) }

    var count: Int {
        switch numbers {
        case .integers(let values): values.count
        case .floats(let values): values.count
        }
    }

    /// The values if they are whole numbers of an integer type.
    var integers: [Int]? {
        if case .integers(let values) = numbers { values } else { nil }
    }

    var doubles: [Double] {
        switch numbers {
        case .integers(let values): values.map(Double.init)
        case .floats(let values): values
        }
    }

    /// Whether it is the one number `value`, in whatever shape.
    func isSingle(_ value: Double) -> Bool { count == 1 && doubles == [value] }

    /// The same elements in another shape, which must have as many.
    func reshaped(_ shape: [Int]) -> ONNXConstant { ONNXConstant(shape: shape, numbers: numbers) }

    /// Elements by their row-major index, in a new shape.
    func picking(_ indices: [Int], shape: [Int]) -> ONNXConstant {
        switch numbers {
        case .integers(let values): ONNXConstant(shape: shape, numbers: .integers(indices.map { values[$0] }))
        case .floats(let values): ONNXConstant(shape: shape, numbers: .floats(indices.map { values[$0] }))
        }
    }

    /// Elements from one index to the next, for each dimension.
    static func strides(of shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for index in shape.indices.dropLast().reversed() { strides[index] = strides[index + 1] * shape[index + 1] }
        return strides
    }

    /// Row-major indices of the elements whose coordinate along dimension d is one of `coordinates[d]`.
    static func indices(of coordinates: [[Int]], strides: [Int]) -> [Int] {
        var indices = [0]
        for (axis, stride) in zip(coordinates, strides) {
            indices = indices.flatMap { index in axis.map { index + $0 * stride } }
        }
        return indices
    }

    /// As `ElementCount.of`.
    static func elementCount(of shape: [Int], atMost most: Int = mostElements) -> Int? {
        ElementCount.of(shape, atMost: most)
    }

    /// The elements as they stand when `shape` is stretched to `target`; nil if it cannot be.
    func broadcast(to target: [Int]) -> ONNXConstant? {
        guard shape.count <= target.count, Self.elementCount(of: target) != nil else { return nil }
        let padded = [Int](repeating: 1, count: target.count - shape.count) + shape
        for (size, wanted) in zip(padded, target) where size != wanted && size != 1 { return nil }
        let coordinates = zip(padded, target).map { size, wanted in
            (0..<wanted).map { size == 1 ? 0 : $0 }
        }
        return picking(Self.indices(of: coordinates, strides: Self.strides(of: padded)), shape: target)
    }

    /// The shape that two are stretched to together; nil if there is none.
    static func broadcastShape(_ first: [Int], _ second: [Int]) -> [Int]? {
        let rank = max(first.count, second.count)
        let padded = [first, second].map { [Int](repeating: 1, count: rank - $0.count) + $0 }
        var shape: [Int] = []
        for (a, b) in zip(padded[0], padded[1]) {
            guard a == b || a == 1 || b == 1 else { return nil }
            shape.append(a == 1 ? b : a)
        }
        return shape
    }
}
