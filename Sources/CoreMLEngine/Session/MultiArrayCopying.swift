#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration
    import ModelFiles

    extension MLMultiArray {
        /// Copies a tensor of the array's shape into it.
        func copy(_ tensor: Tensor) {
            let isHalf = dataType == .float16
            withUnsafeMutableBytes { memory, strides in
                let layout = StridedLayout(shape: tensor.shape, strides: strides)
                tensor.values.withUnsafeBufferPointer { values in
                    if isHalf {
                        let memory = memory.bindMemory(to: UInt16.self)
                        layout.forEachRow { first, start, step in
                            for column in 0..<layout.width {
                                memory[start + column * step] = HalfPrecision.bits(values[first + column])
                            }
                        }
                    } else {
                        let memory = memory.bindMemory(to: Float.self)
                        layout.forEachRow { first, start, step in
                            for column in 0..<layout.width { memory[start + column * step] = values[first + column] }
                        }
                    }
                }
            }
        }

        /// What the array holds, as float32.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when the array is no such output.
        func tensor(named name: String, shape: [Int]) throws(FramegenError) -> Tensor {
            let given = self.shape.map(\.intValue)
            guard given == shape else {
                throw FramegenError(.internalFailure, "Core ML gives \(name) as \(given), expected \(shape)")
            }
            guard dataType == .float16 || dataType == .float32 else {
                throw FramegenError(
                    .internalFailure,
                    "Core ML gives \(name) as values of type \(dataType.rawValue), expected float16 or float32")
            }
            let layout = StridedLayout(shape: shape, strides: strides.map(\.intValue))
            guard layout.isPlain else {
                throw FramegenError(
                    .internalFailure, "Core ML gives \(name) of \(shape) with strides \(strides.map(\.intValue))")
            }
            let isHalf = dataType == .float16
            let count = shape.reduce(1, *)
            let values = withUnsafeBytes { memory in
                // Not held against the memory's size: whether that counts what rows are padded with is not documented.
                PageArray<Float>(unsafeUninitializedCapacity: count) { values, filled in
                    if isHalf {
                        let memory = memory.bindMemory(to: UInt16.self)
                        layout.forEachRow { first, start, step in
                            for column in 0..<layout.width {
                                values[first + column] = HalfPrecision.value(memory[start + column * step])
                            }
                        }
                    } else {
                        let memory = memory.bindMemory(to: Float.self)
                        layout.forEachRow { first, start, step in
                            for column in 0..<layout.width { values[first + column] = memory[start + column * step] }
                        }
                    }
                    filled = count
                }
            }
            return Tensor(shape: shape, values: values)
        }
    }

    /// Where the rows of an array begin whose rows may be padded, as the Neural Engine's are to 64 bytes.
    private struct StridedLayout {
        let shape: [Int]
        /// In values, not bytes.
        let strides: [Int]

        /// Values of a row.
        var width: Int { shape.last ?? 1 }

        /// Whether every value has a place of its own, the outermost dimension's farthest apart.
        var isPlain: Bool {
            guard strides.count == shape.count else { return false }
            var extent = 1
            for (size, stride) in zip(shape, strides).reversed() {
                guard stride >= extent || size == 1 && stride >= 0 else { return false }
                extent = max(extent, size * stride)
            }
            return true
        }

        /// Calls `body` with the number of a row's first value, its place in memory, and how far apart the row's values are.
        func forEachRow(_ body: (_ first: Int, _ start: Int, _ step: Int) -> Void) {
            let step = strides.last ?? 1
            var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
            let rows = index.indices.reduce(1) { $0 * shape[$1] }
            for row in 0..<rows {
                body(row * width, index.indices.reduce(0) { $0 + index[$1] * strides[$1] }, step)
                for axis in index.indices.reversed() {
                    index[axis] += 1
                    if index[axis] < shape[axis] { break }
                    index[axis] = 0
                }
            }
        }
    }
#endif
