#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration
    import ModelFiles
    import VImageConversions

    extension MLMultiArray {
        /// Copies a tensor of the array's shape into it.
        func copy(_ tensor: Tensor) {
            let isHalf = dataType == .float16
            withUnsafeMutableBytes { memory, strides in
                let layout = StridedLayout(shape: tensor.shape, strides: strides)
                tensor.values.withUnsafeBufferPointer { values in
                    guard let values = values.baseAddress, let start = memory.baseAddress else { return }
                    layout.forEachBlock { first, offset, rows in
                        let values = values + first
                        if isHalf {
                            rows.storeByVImage(values, in: start.assumingMemoryBound(to: UInt16.self) + offset)
                        } else {
                            let memory = start.assumingMemoryBound(to: Float.self) + offset
                            rows.forEachValue { memory[$1] = values[$0] }
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
                    filled = count
                    guard let values = values.baseAddress, let start = memory.baseAddress else { return }
                    layout.forEachBlock { first, offset, rows in
                        let values = values + first
                        if isHalf {
                            rows.loadByVImage(start.assumingMemoryBound(to: UInt16.self) + offset, into: values)
                        } else {
                            let memory = start.assumingMemoryBound(to: Float.self) + offset
                            rows.forEachValue { values[$0] = memory[$1] }
                        }
                    }
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

        /// Calls `body` for as few blocks as there may be whose rows are equally far apart, with the number of a block's first
        /// value, its place in memory, and its rows.
        func forEachBlock(_ body: (_ first: Int, _ offset: Int, _ rows: HalfRows) -> Void) {
            // Of one value, the distance to the next does not matter.
            var outer = zip(shape, strides).dropLast().filter { $0.0 != 1 }
            var rows = HalfRows(width: width, count: 1, stride: width, step: strides.last ?? 1)
            if let (size, stride) = outer.popLast() { (rows.count, rows.stride) = (size, stride) }
            while let (size, stride) = outer.last, stride == rows.count * rows.stride {
                rows.count *= size
                outer.removeLast()
            }
            var index = [Int](repeating: 0, count: outer.count)
            for block in 0..<outer.reduce(1, { $0 * $1.0 }) {
                body(block * rows.count * width, zip(index, outer).reduce(0) { $0 + $1.0 * $1.1.1 }, rows)
                for axis in index.indices.reversed() {
                    index[axis] += 1
                    if index[axis] < outer[axis].0 { break }
                    index[axis] = 0
                }
            }
        }
    }

    extension HalfRows {
        /// Calls `body` with the number of each value, and its place in memory.
        fileprivate func forEachValue(_ body: (_ number: Int, _ place: Int) -> Void) {
            for row in 0..<count {
                for column in 0..<width { body(row * width + column, row * stride + column * step) }
            }
        }
    }
#endif
