/// A tensor in bfloat16, float32 without its lower half: half the memory, eight bits of precision.
public struct BFloat16Tensor: Sendable, Equatable {
    /// Sizes from the outermost dimension to the innermost.
    public let shape: [Int]
    /// The upper halves of float32 values, in row-major order.
    public let bits: PageArray<UInt16>

    /// Wraps values that are bfloat16 already.
    ///
    /// - Precondition: `bits.count` is the product of `shape`.
    public init(shape: [Int], bits: PageArray<UInt16>) {
        precondition(bits.count == shape.reduce(1, *), "\(bits.count) values cannot fill a tensor of \(shape)")
        self.shape = shape
        self.bits = bits
    }

    /// Rounds each value to the nearest, half to even.
    public init(rounding tensor: Tensor) {
        shape = tensor.shape
        bits = PageArray(unsafeUninitializedCapacity: tensor.values.count) { target, count in
            let values = tensor.values.span
            for index in values.indices {
                target.initializeElement(at: index, to: Self.rounded(values[index].bitPattern))
            }
            count = tensor.values.count
        }
    }

    private static func rounded(_ bits: UInt32) -> UInt16 {
        // A number that is none would round to an infinity.
        let isNaN = bits & 0x7fff_ffff > 0x7f80_0000
        let rounded = bits &+ (0x7fff &+ (bits >> 16 & 1))
        return UInt16(truncatingIfNeeded: (isNaN ? bits | 0x40_0000 : rounded) >> 16)
    }

    /// The same values in float32.
    public var widened: Tensor {
        let values = PageArray<Float>(unsafeUninitializedCapacity: bits.count) { target, count in
            widen(into: UnsafeMutableBufferPointer(rebasing: target[..<bits.count]))
            count = bits.count
        }
        return Tensor(shape: shape, values: values)
    }

    /// Writes the same values in float32 into memory, initialised or not.
    ///
    /// - Precondition: `target` holds as many as the tensor.
    package func widen(into target: UnsafeMutableBufferPointer<Float>) {
        precondition(target.count == bits.count, "\(bits.count) values cannot fill memory for \(target.count)")
        let bits = bits.span
        for index in bits.indices {
            target.initializeElement(at: index, to: Float(bitPattern: UInt32(bits[index]) << 16))
        }
    }
}
