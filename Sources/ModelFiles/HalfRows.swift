/// Rows of float16 in memory, which may be padded and whose values may lie apart, beside the same values as float32
/// without gaps.
package struct HalfRows: Sendable {
    /// Values of a row.
    package var width: Int
    /// Rows.
    package var count: Int
    /// How far apart rows begin in memory, in values.
    package var stride: Int
    /// How far apart the values of a row lie in memory, in values.
    package var step: Int

    package init(width: Int, count: Int, stride: Int, step: Int = 1) {
        self.width = width
        self.count = count
        self.stride = stride
        self.step = step
    }

    /// Rounds `values` to the nearest of float16, ties to even.
    package func store(_ values: UnsafePointer<Float>, in memory: UnsafeMutablePointer<UInt16>) {
        for row in 0..<count {
            let (values, memory) = (values + row * width, memory + row * stride)
            for column in 0..<width { memory[column * step] = HalfPrecision.bits(values[column]) }
        }
    }

    /// Widens what `memory` holds.
    package func load(_ memory: UnsafePointer<UInt16>, into values: UnsafeMutablePointer<Float>) {
        for row in 0..<count {
            let (values, memory) = (values + row * width, memory + row * stride)
            for column in 0..<width { values[column] = HalfPrecision.value(memory[column * step]) }
        }
    }
}
