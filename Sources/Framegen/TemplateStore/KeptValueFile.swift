import FrameGeneration
import Media

/// The file of one template frame's kept values: a header that says all that the values are, the values one tensor
/// after the other in the machine's byte order, and the values' hash.
///
/// What a header must be is known before a file is opened, so it is compared as a whole, and no size is taken from it.
struct KeptValueFile {
    /// To be raised with every change of the format, and of how the network's input is made of a face crop.
    static let formatVersion = 1
    private static let magic = Array("framegen kept values\n\u{1a}\n".utf8)

    let shapes: [[Int]]
    let areBFloat16: Bool

    private var bytesPerValue: Int { areBFloat16 ? MemoryLayout<UInt16>.stride : MemoryLayout<Float>.stride }

    /// The values in the file at `path`; nil when it is not there, is another key's, or was damaged.
    func read(_ path: String, _ key: KeptValueKey) -> KeptValues? {
        // Whatever is wrong with the file, what follows is the same: its values have to be computed.
        try? readOrFail(path, key)
    }

    private func readOrFail(_ path: String, _ key: KeptValueKey) throws(FramegenError) -> KeptValues? {
        let file = try RegularFile(path)
        let header = header(key)
        let valueCount = shapes.reduce(0) { $0 + $1.reduce(1, *) }
        guard file.byteCount == header.count + valueCount * bytesPerValue + ContentHash.byteCount,
            try file.bytes(in: 0..<header.count) == header
        else { return nil }
        let hash = try ContentHash()
        var offset = header.count
        func next<Element: BitwiseCopyable>(_ type: Element.Type, _ shape: [Int]) throws(FramegenError) -> [Element] {
            let values = try file.values(type, count: shape.reduce(1, *), at: offset)
            offset += values.count * MemoryLayout<Element>.stride
            hash.update(values)
            return values
        }
        let kept: KeptValues =
            if areBFloat16 {
                .bfloat16(
                    try shapes.map { shape throws(FramegenError) in
                        BFloat16Tensor(shape: shape, bits: try next(UInt16.self, shape))
                    })
            } else {
                .float32(
                    try shapes.map { shape throws(FramegenError) in
                        Tensor(shape: shape, values: try next(Float.self, shape))
                    })
            }
        return try file.bytes(in: offset..<file.byteCount) == hash.finish() ? kept : nil
    }

    /// Writes `values` to `path`; whatever file was there is replaced once they are whole.
    ///
    /// `mark` is the run's, as another may be writing the same file.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func write(_ values: KeptValues, to path: String, _ key: KeptValueKey, mark: String) throws(FramegenError) {
        let hash = try ContentHash()
        let file = try PartialFile(path, mark: mark)
        func append<Element: BitwiseCopyable>(_ values: [Element]) throws(FramegenError) {
            hash.update(values)
            try file.append(bytesOf: values)
        }
        try file.append(header(key))
        switch values {
        case .none: break
        case .float32(let tensors): for tensor in tensors { try append(tensor.values) }
        case .bfloat16(let tensors): for tensor in tensors { try append(tensor.bits) }
        }
        try file.append(hash.finish())
        try file.finish(overwrites: true)
    }

    /// The magic bytes; in 32 bits each the format's version, the bytes of a value, the number of tensors, and for each
    /// the number of its dimensions and their sizes; the key.
    private func header(_ key: KeptValueKey) -> [UInt8] {
        let numbers = [Self.formatVersion, bytesPerValue, shapes.count] + shapes.flatMap { [$0.count] + $0 }
        let words = numbers.flatMap { number in withUnsafeBytes(of: UInt32(truncatingIfNeeded: number)) { Array($0) } }
        return Self.magic + words + key.source + key.faceCrop
    }
}
