internal import FrameGeneration

/// A storage of a checkpoint, as its pickle speaks of it.
struct StoredStorage: Sendable {
    /// The entry `data/<key>` of the archive.
    let key: String
    /// Nil for an untyped storage, whose elements are bytes.
    let dataType: TensorDataType?
    let byteCount: Int
}

/// A tensor of a checkpoint: a strided view of a storage that is still in the file.
struct StoredTensor: Sendable, Equatable {
    let storageKey: String
    let dataType: TensorDataType
    /// In elements.
    let offset: Int
    /// Sizes from the outermost dimension to the innermost.
    let shape: [Int]
    /// Elements from one index to the next, for each dimension; 0 repeats.
    let strides: [Int]
    let elementCount: Int
    /// Elements that fit into the storage.
    let storageElementCount: Int

    /// More dimensions than PyTorch itself allows.
    static let mostDimensions = 64
    /// A view that repeats elements can be larger than the file; 256 MB of float32.
    private static let mostRepeatedElements = 1 << 26

    /// - Returns: nil if the view is no view of the storage: negative, too large or reaching out of it.
    init?(storage: StoredStorage, dataType: TensorDataType, offset: Int, shape: [Int], strides: [Int]) {
        guard shape.count == strides.count, shape.count <= Self.mostDimensions, offset >= 0 else { return nil }
        var elementCount = 1
        var last = offset
        for (size, stride) in zip(shape, strides) {
            guard size >= 0, stride >= 0 else { return nil }
            let (product, tooMany) = elementCount.multipliedReportingOverflow(by: size)
            let (extent, tooWide) = max(size - 1, 0).multipliedReportingOverflow(by: stride)
            let (sum, tooFar) = last.addingReportingOverflow(extent)
            guard !tooMany, !tooWide, !tooFar else { return nil }
            elementCount = product
            last = sum
        }
        storageElementCount = storage.byteCount / dataType.byteCount
        guard elementCount == 0 || last < storageElementCount else { return nil }
        storageKey = storage.key
        self.dataType = dataType
        self.offset = offset
        self.shape = shape
        self.strides = strides
        self.elementCount = elementCount
    }
}

extension StoredTensor {
    /// The values as float32, in row-major order; integers and float64 rounded to the nearest.
    ///
    /// - Parameter storage: the bytes of the storage, little-endian.
    /// - Returns: nil if the view repeats elements to more than 2²⁶, which no weight does.
    func tensor(from storage: [UInt8]) -> Tensor? {
        guard elementCount <= max(storageElementCount, Self.mostRepeatedElements) else { return nil }
        // Guaranteed by `init?` for the storage's own size; what follows relies on the bytes at hand.
        guard storage.count / dataType.byteCount >= storageElementCount else { return nil }
        let values: PageArray<Float> =
            switch dataType {
            case .float16: gather(storage) { (bits: UInt16) in HalfPrecision.value(bits) }
            case .bfloat16: gather(storage) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
            case .float32: gather(storage) { (bits: UInt32) in Float(bitPattern: bits) }
            case .float64: gather(storage) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
            case .int8: gather(storage) { (value: Int8) in Float(value) }
            case .int16: gather(storage) { (value: Int16) in Float(value) }
            case .int32: gather(storage) { (value: Int32) in Float(value) }
            case .int64: gather(storage) { (value: Int64) in Float(value) }
            case .uint8: gather(storage) { (value: UInt8) in Float(value) }
            case .uint16: gather(storage) { (value: UInt16) in Float(value) }
            case .uint32: gather(storage) { (value: UInt32) in Float(value) }
            case .uint64: gather(storage) { (value: UInt64) in Float(value) }
            case .bool: gather(storage) { (value: UInt8) in value == 0 ? 0 : 1 }
            }
        return Tensor(shape: shape, values: values)
    }

    /// The tensor whose elements `bytes` are, one after the other.
    ///
    /// - Returns: nil if there are too few.
    static func contiguous(_ name: String, _ type: TensorDataType, shape: [Int], _ bytes: [UInt8]) -> Tensor? {
        var strides = [Int](repeating: 1, count: shape.count)
        for index in shape.indices.dropLast().reversed() {
            strides[index] = strides[index + 1] * max(shape[index + 1], 1)
        }
        return StoredTensor(
            storage: StoredStorage(key: name, dataType: type, byteCount: bytes.count), dataType: type, offset: 0,
            shape: shape, strides: strides
        )?.tensor(from: bytes)
    }

    private func gather<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ storage: [UInt8], convert: (Bits) -> Float
    ) -> PageArray<Float> {
        guard elementCount > 0 else { return [] }
        var runs = mergedRuns
        let inner = runs.popLast() ?? (count: 1, stride: 1)
        var indices = [Int](repeating: 0, count: runs.count)
        var start = offset
        return PageArray(unsafeUninitializedCapacity: elementCount) { output, written in
            while true {
                let run = UnsafeMutableBufferPointer(rebasing: output[written..<written + inner.count])
                Self.gather(storage, from: start, stride: inner.stride, into: run, convert)
                written += inner.count
                // On to the next run, as an odometer turns.
                var dimension = runs.count - 1
                while dimension >= 0 {
                    indices[dimension] += 1
                    start += runs[dimension].stride
                    if indices[dimension] < runs[dimension].count { break }
                    start -= runs[dimension].stride * runs[dimension].count
                    indices[dimension] = 0
                    dimension -= 1
                }
                if dimension < 0 { break }
            }
        }
    }

    /// - Precondition: all that is read lies in `storage`.
    private static func gather<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ storage: [UInt8], from start: Int, stride: Int, into output: UnsafeMutableBufferPointer<Float>,
        _ convert: (Bits) -> Float
    ) {
        storage.withUnsafeBytes { bytes in
            let size = MemoryLayout<Bits>.size
            func value(_ element: Int) -> Float {
                convert(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: element &* size, as: Bits.self)))
            }
            // By itself, because the compiler makes vector instructions of it.
            if stride == 1 {
                for index in output.indices { output[index] = value(start &+ index) }
            } else {
                for index in output.indices { output[index] = value(start &+ index &* stride) }
            }
        }
    }

    /// The dimensions without those of size 1, neighbours merged where one stride goes through both; a tensor that is
    /// laid out row by row is one run.
    private var mergedRuns: [(count: Int, stride: Int)] {
        var runs: [(count: Int, stride: Int)] = []
        for (count, stride) in zip(shape, strides) where count != 1 {
            if let outer = runs.last, outer.stride == stride * count {
                runs[runs.count - 1] = (outer.count * count, stride)
            } else {
                runs.append((count, stride))
            }
        }
        return runs
    }
}
