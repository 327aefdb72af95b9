import FrameGeneration

/// Numbers in row-major order somewhere in a file.
struct ArrayFile {
    enum ElementType: Int {
        case float32 = 4
        case float64 = 8

        var byteCount: Int { rawValue }
    }

    let shape: [Int]
    private let file: RegularFile
    private let offset: Int
    private let type: ElementType

    var path: String { file.path }
    var dataType: TensorDataType { type == .float32 ? .float32 : .float64 }

    /// - Throws: `.invalidData` when the rest of the file from `offset` on is not exactly `shape` many values.
    init(_ file: RegularFile, offset: Int, shape: [Int], type: ElementType) throws(FramegenError) {
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
        self.file = file
        self.offset = offset
        self.shape = shape
        self.type = type
    }

    func values(_ range: Range<Int>) throws(FramegenError) -> [Float] {
        let bytes = try file.bytes(
            in: offset + range.lowerBound * type.byteCount..<offset + range.upperBound * type.byteCount)
        return bytes.withUnsafeBytes { buffer in
            (0..<range.count).map { index in
                switch type {
                case .float32:
                    Float(
                        bitPattern: UInt32(
                            littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
                case .float64:
                    Float(
                        Double(
                            bitPattern: UInt64(
                                littleEndian: buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))))
                }
            }
        }
    }
}
