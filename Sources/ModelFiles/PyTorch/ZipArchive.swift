internal import FrameGeneration

/// A zip archive of stored entries, as PyTorch's `save` writes it; its bytes stay in the file until asked for.
///
/// Nothing the file says of itself is believed before it is checked against the file's real size: ranges, the local
/// headers against the directory, and that no two entries overlap.
struct ZipArchive: Sendable {
    struct Entry: Sendable {
        let name: String
        let flags: UInt16
        let method: UInt16
        let checksum: UInt32
        let compressedByteCount: Int
        let byteCount: Int
        let headerOffset: Int
        /// Where its bytes begin; known once its local header is read.
        fileprivate(set) var dataOffset = 0

        /// Sizes and checksum come after the data, so the local header may leave them zero.
        fileprivate var hasDataDescriptor: Bool { flags & 0x0008 != 0 }
        fileprivate var isEncrypted: Bool { flags & 0x2041 != 0 }
    }

    let entries: [String: Entry]
    private let file: RegularFile

    /// - Throws: `FramegenError` with `.invalidData` when `file` is not a whole and consistent zip archive.
    init(_ file: RegularFile) throws(FramegenError) {
        self.file = file
        let directory = try ZipDirectory(file)
        var entries: [String: Entry] = [:]
        var ordered = directory.entries.sorted { $0.headerOffset < $1.headerOffset }
        for index in ordered.indices {
            if index % 1024 == 0 { try Task.checkNotCancelled() }
            // A header and its data end where the next begins, at the latest; so nothing overlaps.
            let end = index + 1 < ordered.count ? ordered[index + 1].headerOffset : directory.start
            ordered[index].dataOffset = try Self.dataOffset(of: ordered[index], endingBefore: end, in: file)
            let entry = ordered[index]
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw FramegenError(.invalidData, "\(file.path) holds \(Printable.text(entry.name)) twice")
            }
        }
        self.entries = entries
    }

    /// The bytes of an entry, with their checksum verified.
    ///
    /// - Throws: `FramegenError` with `.invalidData` when the entry is compressed, encrypted, larger than
    ///   `mostBytes` or damaged.
    func bytes(of entry: Entry, mostBytes: Int) throws(FramegenError) -> [UInt8] {
        let name = "\(file.path): \(Printable.text(entry.name))"
        try requireStored(entry)
        guard entry.byteCount <= mostBytes else {
            throw FramegenError(
                .invalidData,
                "\(name) has \(entry.byteCount) bytes, expected at most \(mostBytes)"
                    + (entry.name.hasSuffix(".pkl") ? "; it may hold NumPy arrays, expected tensors" : ""))
        }
        let bytes = try file.bytes(in: entry.dataOffset..<entry.dataOffset + entry.byteCount)
        guard CRC32.checksum(of: bytes) == entry.checksum else {
            throw FramegenError(.invalidData, "\(name) is damaged: its bytes do not have the checksum in the archive")
        }
        return bytes
    }

    func requireStored(_ entry: Entry) throws(FramegenError) {
        let name = "\(file.path): \(Printable.text(entry.name))"
        guard !entry.isEncrypted else {
            throw FramegenError(.invalidData, "\(name) is encrypted, expected a stored entry as torch.save writes it")
        }
        guard entry.method == 0 else {
            throw FramegenError(
                .invalidData,
                "\(name) is compressed (zip method \(Self.description(ofMethod: entry.method))), expected a stored "
                    + "entry as torch.save writes it")
        }
        guard entry.compressedByteCount == entry.byteCount else {
            throw FramegenError(
                .invalidData,
                "\(name) is stored in \(entry.compressedByteCount) bytes but is said to have \(entry.byteCount)")
        }
    }

    private static func description(ofMethod method: UInt16) -> String {
        let names: [UInt16: String] = [
            8: "deflate", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz",
        ]
        return names[method].map { "\(method), \($0)" } ?? "\(method)"
    }

    /// Reads the local header of `entry` and holds it against the directory.
    private static func dataOffset(
        of entry: Entry, endingBefore end: Int, in file: RegularFile
    ) throws(FramegenError) -> Int {
        let fixedByteCount = 30
        let name = "\(file.path): \(Printable.text(entry.name))"
        let overlap = FramegenError(
            .invalidData, "\(name) at byte \(entry.headerOffset) does not end before byte \(end), where the next begins"
        )
        guard end - entry.headerOffset >= fixedByteCount else { throw overlap }
        let fixed = try file.bytes(in: entry.headerOffset..<entry.headerOffset + fixedByteCount)
        var header = ByteReader(fixed, named: name)
        let contradiction = FramegenError(
            .invalidData, "\(name) has a header at byte \(entry.headerOffset) that contradicts the archive's directory")
        guard try header.integer(UInt32.self) == 0x0403_4b50 else { throw contradiction }
        _ = try header.take(2)
        let flags = try header.integer(UInt16.self)
        let method = try header.integer(UInt16.self)
        _ = try header.take(4)
        let checksum = try header.integer(UInt32.self)
        let compressed = try header.integer(UInt32.self)
        let uncompressed = try header.integer(UInt32.self)
        let nameByteCount = Int(try header.integer(UInt16.self))
        let extraByteCount = Int(try header.integer(UInt16.self))

        let dataOffset = entry.headerOffset + fixedByteCount + nameByteCount + extraByteCount
        guard dataOffset <= end, entry.compressedByteCount <= end - dataOffset else { throw overlap }
        let variable = try file.bytes(in: entry.headerOffset + fixedByteCount..<dataOffset)
        var rest = ByteReader(variable, named: name)
        guard flags == entry.flags, method == entry.method, try rest.text(nameByteCount) == entry.name else {
            throw contradiction
        }
        let sizes = try ZipDirectory.wideFields(
            [uncompressed, compressed], extra: Array(variable[nameByteCount...]), named: name)
        let agrees = checksum == entry.checksum && sizes == [entry.byteCount, entry.compressedByteCount]
        let isLeftForLater = entry.hasDataDescriptor && checksum == 0 && sizes == [0, 0]
        guard agrees || isLeftForLater else { throw contradiction }
        return dataOffset
    }
}
