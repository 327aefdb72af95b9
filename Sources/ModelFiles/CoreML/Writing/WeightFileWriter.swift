internal import FrameGeneration

/// Writes `weight.bin`, one tensor at a time.
final class WeightFileWriter {
    private let file: PartialFile
    private let isHalf: Bool
    private var blobCount: UInt32 = 0
    private(set) var byteCount = WeightFileLayout.alignment

    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    init(_ path: String, weights: WeightType) throws(FramegenError) {
        file = try PartialFile(path, overwrites: true)
        isHalf = weights == .fp16
        try file.append([UInt8](repeating: 0, count: WeightFileLayout.alignment))
    }

    /// - Returns: where the tensor's record is.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func append(_ tensor: Tensor) throws(FramegenError) -> Int {
        // Only between blobs: nothing follows the last one.
        let alignment = WeightFileLayout.alignment
        let padding = (alignment - byteCount % alignment) % alignment
        try file.append([UInt8](repeating: 0, count: padding))
        let record = byteCount + padding
        let size = tensor.values.count * (isHalf ? MemoryLayout<UInt16>.size : MemoryLayout<Float>.size)
        let type = WeightFileLayout.typeCode(of: isHalf ? .float16 : .float32) ?? 0
        let head = [WeightFileLayout.mark, type].flatMap { LittleEndian.bytes($0) }
        let numbers = [UInt64(size), UInt64(record + alignment), 0, 0, 0, 0, 0].flatMap { LittleEndian.bytes($0) }
        try file.append(head + numbers)
        if isHalf {
            let halves = tensor.values.map(HalfPrecision.bits)
            try file.append(bytesOf: halves.span)
        } else {
            try file.append(bytesOf: tensor.values.span)
        }
        blobCount += 1
        byteCount = record + alignment + size
        return record
    }

    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func finish() throws(FramegenError) {
        try file.replace(at: 0, with: [blobCount, WeightFileLayout.version].flatMap { LittleEndian.bytes($0) })
        try file.finish()
    }
}
