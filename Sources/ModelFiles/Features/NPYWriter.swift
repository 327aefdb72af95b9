package import FrameGeneration

/// Writes a `.npy` file of float32 in C order, slice by slice along the first dimension, in bounded memory.
///
/// Every byte is as `numpy.save` writes it (since NumPy 1.23), also when the number of slices is known only at the end:
/// the header has room for any. The file appears under its name when it is finished.
package final class NPYWriter {
    private let file: PartialFile
    private let sliceShape: [Int]
    private var count = 0

    /// - Parameters:
    ///   - path: the file; its folder is made when it is not there.
    ///   - sliceShape: sizes of a slice: `[512]` for a file of [n, 512].
    ///   - overwrites: whether a file that has the name is replaced.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package init(path: String, sliceShape: [Int], overwrites: Bool) throws(FramegenError) {
        file = try PartialFile(path, overwrites: overwrites, makesFolder: true)
        self.sliceShape = sliceShape
        try file.append(NPYHeader.bytes(shape: [0] + sliceShape))
    }

    /// Adds a slice.
    ///
    /// - Precondition: `values.count` is the product of the slice's shape.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func append(_ values: [Float]) throws(FramegenError) {
        precondition(values.count == sliceShape.reduce(1, *), "\(values.count) values for a slice of \(sliceShape)")
        try file.append(values.span.littleEndianBytes)
        count += 1
    }

    /// Puts the number of slices into the header, and gives the file its name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file, of which nothing is left then.
    package func finish() throws(FramegenError) {
        try file.replace(at: 0, with: NPYHeader.bytes(shape: [count] + sliceShape))
        try file.finish()
    }
}

extension NPYFile {
    /// Writes a whole array; an older file of the name is replaced.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it, an older one stays.
    package static func write(_ tensor: Tensor, to path: String) throws(FramegenError) {
        try AtomicFile.write(NPYHeader.bytes(shape: tensor.shape) + tensor.values.span.littleEndianBytes, to: path)
    }
}

extension NPYHeader {
    /// What NumPy makes a whole number of, so that the values behind the header are aligned.
    private static let alignment = 64
    /// Digits that the first dimension has room for, so that an array can grow in its file.
    private static let growthDigits = 21

    /// The start of a version 1.0 file of float32 in C order, up to its values.
    ///
    /// Its length depends on how many dimensions there are and on all sizes but the first.
    static func bytes(shape: [Int]) -> [UInt8] {
        let sizes = shape.count == 1 ? "\(shape[0])," : shape.map { "\($0)" }.joined(separator: ", ")
        let room = shape.first.map { growthDigits - "\($0)".utf8.count } ?? 0
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
        let length = text.utf8.count + room + 1
        // As NumPy has it, an exact fit is padded once more.
        let padding = alignment - (magic.count + 4 + length) % alignment
        let spaces = [UInt8](repeating: UInt8(ascii: " "), count: room + padding)
        let count = UInt16(length + padding)
        return magic + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + text.utf8 + spaces + [UInt8(ascii: "\n")]
    }
}

extension Span<Float> {
    /// The values as files hold them: IEEE 754, four bytes each, the lowest first.
    var littleEndianBytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count * 4) { buffer, byteCount in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            for index in indices {
                bytes.storeBytes(of: self[index].bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
            }
            byteCount = count * 4
        }
    }
}
