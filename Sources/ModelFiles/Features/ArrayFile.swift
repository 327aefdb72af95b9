import FrameGeneration

/// Numbers somewhere in a file, read a few rows at a time.
struct ArrayFile {
    /// How one value is stored.
    struct ElementType: Equatable {
        /// Floating point.
        let dataType: TensorDataType
        var isBigEndian = false

        var byteCount: Int { dataType.byteCount }

        static let float32 = ElementType(dataType: .float32)
    }

    /// Which dimension's values lie beside each other.
    enum Order {
        /// The last one's: C order.
        case rowMajor
        /// The first one's: Fortran order.
        case columnMajor
    }

    /// Sizes from the outermost dimension, which counts rows, to the innermost.
    let shape: [Int]
    private let file: RegularFile
    private let offset: Int
    private let type: ElementType
    private let order: Order

    var path: String { file.path }
    var dataType: TensorDataType { type.dataType }
    var rowSize: Int { shape.dropFirst().reduce(1, *) }

    /// - Throws: `.invalidData` when the rest of the file from `offset` on is not exactly `shape` many values.
    init(
        _ file: RegularFile, offset: Int, shape: [Int], type: ElementType, order: Order = .rowMajor
    ) throws(FramegenError) {
        var byteCount = type.byteCount
        for size in shape {
            let product = byteCount.multipliedReportingOverflow(by: size)
            guard size >= 0, !product.overflow else {
                throw FramegenError(.invalidData, "\(file.path) has the impossible shape \(shape)")
            }
            byteCount = product.partialValue
        }
        guard file.byteCount - offset == byteCount else {
            throw FramegenError(
                .invalidData,
                "\(file.path) holds \(file.byteCount - offset) bytes of values, expected \(byteCount) for \(shape)")
        }
        self.init(file, offset, shape, type, order)
    }

    private init(_ file: RegularFile, _ offset: Int, _ shape: [Int], _ type: ElementType, _ order: Order) {
        (self.file, self.offset, self.shape, self.type, self.order) = (file, offset, shape, type, order)
    }

    /// The same values without a first dimension of one, as a batch of one sample has.
    func droppingFirstDimension() -> ArrayFile {
        ArrayFile(file, offset, Array(shape.dropFirst()), type, order)
    }

    /// Some rows, one after the other, each in row-major order.
    ///
    /// - Throws: `FramegenError` naming the file when it cannot be read or has become shorter.
    func values(ofRows rows: Range<Int>) throws(FramegenError) -> [Float] {
        let rowSize = rowSize
        switch order {
        case .rowMajor:
            return try stored(rows.lowerBound * rowSize..<rows.upperBound * rowSize)
        case .columnMajor:
            // A place of a row has its values for all rows beside each other.
            var values = [Float](repeating: 0, count: rows.count * rowSize)
            for place in 0..<rowSize {
                let column = columnMajorPlace(of: place) * shape[0]
                let one = try stored(column + rows.lowerBound..<column + rows.upperBound)
                for (row, value) in one.enumerated() { values[row * rowSize + place] = value }
            }
            return values
        }
    }

    /// Where the value stands within a row in Fortran order that is at `place` in C order.
    private func columnMajorPlace(of place: Int) -> Int {
        var (rest, result, stride) = (place, 0, rowSize)
        for size in shape.dropFirst().reversed() {
            stride /= size
            result += rest % size * stride
            rest /= size
        }
        return result
    }

    /// Values as they lie in the file.
    private func stored(_ range: Range<Int>) throws(FramegenError) -> [Float] {
        let bytes = try file.bytes(
            in: offset + range.lowerBound * type.byteCount..<offset + range.upperBound * type.byteCount)
        return switch type.dataType {
        case .float16: integers(UInt16.self, bytes).map(HalfPrecision.value)
        case .float64: integers(UInt64.self, bytes).map { Float(Double(bitPattern: $0)) }
        default: integers(UInt32.self, bytes).map(Float.init(bitPattern:))
        }
    }

    private func integers<Bits: FixedWidthInteger & BitwiseCopyable>(_: Bits.Type, _ bytes: [UInt8]) -> [Bits] {
        bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: MemoryLayout<Bits>.size).map { position in
                let bits = buffer.loadUnaligned(fromByteOffset: position, as: Bits.self)
                return type.isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
            }
        }
    }
}
