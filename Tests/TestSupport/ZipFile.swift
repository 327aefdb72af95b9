/// Writes zip archives of stored entries, and wrong ones; its checksum is bit by bit, unlike the reader's.
package struct ZipFile {
    package struct Entry {
        package var name: String
        package var bytes: [UInt8]
        package var method: UInt16 = 0
        package var flags: UInt16 = 0
        /// What the archive says instead of the truth.
        package var checksum: UInt32?
        package var byteCount: UInt64?
        package var headerOffset: UInt64?
        package var localName: String?
        /// Writes sizes and offset at 64 bits.
        package var isWide = false

        package init(
            name: String, bytes: [UInt8], method: UInt16 = 0, flags: UInt16 = 0, checksum: UInt32? = nil,
            byteCount: UInt64? = nil, headerOffset: UInt64? = nil, localName: String? = nil, isWide: Bool = false
        ) {
            self.name = name
            self.bytes = bytes
            self.method = method
            self.flags = flags
            self.checksum = checksum
            self.byteCount = byteCount
            self.headerOffset = headerOffset
            self.localName = localName
            self.isWide = isWide
        }
    }

    package var entries: [Entry]
    package var comment: [UInt8] = []
    /// What the end record says instead of the truth.
    package var entryCount: UInt16?
    package var directoryOffset: UInt32?
    package var directoryByteCount: UInt32?

    package init(
        entries: [Entry], comment: [UInt8] = [], entryCount: UInt16? = nil, directoryOffset: UInt32? = nil,
        directoryByteCount: UInt32? = nil
    ) {
        self.entries = entries
        self.comment = comment
        self.entryCount = entryCount
        self.directoryOffset = directoryOffset
        self.directoryByteCount = directoryByteCount
    }

    /// An archive as `torch.save` writes it.
    package static func checkpoint(pickle: [UInt8], storages: [[UInt8]] = []) -> ZipFile {
        var entries = [
            Entry(name: "x/data.pkl", bytes: pickle), Entry(name: "x/byteorder", bytes: Array("little".utf8)),
        ]
        for (index, storage) in storages.enumerated() {
            entries.append(Entry(name: "x/data/\(index)", bytes: storage))
        }
        return ZipFile(entries: entries)
    }

    package var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = entry.headerOffset ?? UInt64(file.count)
            let size = entry.byteCount ?? UInt64(entry.bytes.count)
            let checksum = entry.checksum ?? Self.checksum(of: entry.bytes)
            let narrow = entry.isWide ? UInt32.max : UInt32(truncatingIfNeeded: size)

            let localExtra = entry.isWide ? little(UInt16(1)) + little(UInt16(16)) + little(size) + little(size) : []
            let localName = Array((entry.localName ?? entry.name).utf8)
            file += little(UInt32(0x0403_4b50)) + little(UInt16(20)) + little(entry.flags) + little(entry.method)
            file += little(UInt32(0)) + little(checksum) + little(narrow) + little(narrow)
            file += little(UInt16(localName.count)) + little(UInt16(localExtra.count)) + localName + localExtra
            file += entry.bytes

            // A field of another kind first, as some writers have it.
            let wide = little(UInt16(1)) + little(UInt16(24)) + little(size) + little(size) + little(offset)
            let extra = entry.isWide ? little(UInt16(0x5455)) + little(UInt16(1)) + [3] + wide : []
            let name = Array(entry.name.utf8)
            directory += little(UInt32(0x0201_4b50)) + little(UInt16(20)) + little(UInt16(20)) + little(entry.flags)
            directory += little(entry.method) + little(UInt32(0)) + little(checksum) + little(narrow) + little(narrow)
            directory += little(UInt16(name.count)) + little(UInt16(extra.count)) + little(UInt16(0))
            directory += [UInt8](repeating: 0, count: 8)
            directory += little(entry.isWide ? .max : UInt32(truncatingIfNeeded: offset)) + name + extra
        }
        let count = entryCount ?? UInt16(entries.count)
        let start = directoryOffset ?? UInt32(file.count)
        file += directory + little(UInt32(0x0605_4b50)) + little(UInt32(0)) + little(count) + little(count)
        file += little(directoryByteCount ?? UInt32(directory.count)) + little(start)
        return file + little(UInt16(comment.count)) + comment
    }

    package static func checksum(of bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xffff_ffff
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        return ~value
    }
}

package func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
