import FrameGeneration

/// The file of one template frame's kept values: a header that says all that the values are, the values in
/// bfloat16, one tensor after the other in the machine's byte order, and the values' hash.
///
/// What a header must be is known before a file is opened, so it is compared as a whole, and no size is taken from it.
struct KeptValueFile {
    /// To be raised with every change of the format, and of how the network's input is made of a face crop.
    static let formatVersion = 1
    private static let magic = Array("framegen kept values\n\u{1a}\n".utf8)

    let shapes: [[Int]]

    /// The values in the file at `path`; nil when it is not there, is another key's, or was damaged.
    func read(_ path: String, _ key: KeptValueKey) -> [BFloat16Tensor]? {
        // Whatever is wrong with the file, what follows is the same: its values have to be computed.
        try? readOrFail(path, key)
    }

    private func readOrFail(_ path: String, _ key: KeptValueKey) throws(FramegenError) -> [BFloat16Tensor]? {
        let file = try RegularFile(path)
        let header = header(key)
        let valueCount = shapes.reduce(0) { $0 + $1.reduce(1, *) }
        guard file.byteCount == header.count + valueCount * MemoryLayout<UInt16>.stride + ContentHash.byteCount,
            try file.bytes(in: 0..<header.count) == header
        else { return nil }
        let hash = ContentHash()
        var offset = header.count
        let kept = try shapes.map { shape throws(FramegenError) in
            let bits = try file.values(UInt16.self, count: shape.reduce(1, *), at: offset)
            offset += bits.count * MemoryLayout<UInt16>.stride
            hash.update(bits)
            return BFloat16Tensor(shape: shape, bits: bits)
        }
        return try file.bytes(in: offset..<file.byteCount) == hash.finish() ? kept : nil
    }

    /// Writes `values` to `path`; whatever file was there is replaced once they are whole.
    ///
    /// `mark` is the run's, as another may be writing the same file.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func write(_ values: [BFloat16Tensor], to path: String, _ key: KeptValueKey, mark: String) throws(FramegenError) {
        let hash = ContentHash()
        let file = try PartialFile(path, overwrites: true, followsLinks: false, mark: mark)
        try file.append(header(key))
        for tensor in values {
            hash.update(tensor.bits)
            try file.append(bytesOf: tensor.bits.span)
        }
        try file.append(hash.finish())
        try file.finish()
    }

    /// The magic bytes; in 32 bits each the format's version, the number of tensors, and for each the number of its
    /// dimensions and their sizes; the key.
    private func header(_ key: KeptValueKey) -> [UInt8] {
        let numbers = [Self.formatVersion, shapes.count] + shapes.flatMap { [$0.count] + $0 }
        let words = numbers.flatMap { number in withUnsafeBytes(of: UInt32(truncatingIfNeeded: number)) { Array($0) } }
        return Self.magic + words + key.source + key.faceCrop
    }
}
