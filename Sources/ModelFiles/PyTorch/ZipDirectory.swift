internal import FrameGeneration

/// The central directory of a zip archive, plain or zip64 (PyTorch writes the zip64 records at any size).
struct ZipDirectory {
    /// In the order of the directory.
    let entries: [ZipArchive.Entry]
    /// Where it begins, and the entries' bytes end.
    let start: Int

    /// Enough for half a million tensors.
    private static let mostBytes = 64 << 20

    init(_ file: RegularFile) throws(FramegenError) {
        let location = try Location(file)
        guard location.byteCount <= Self.mostBytes else {
            throw FramegenError(
                .invalidData,
                "\(file.path) has a zip directory of \(location.byteCount) bytes, expected at most \(Self.mostBytes)")
        }
        start = location.start
        var reader = ByteReader(
            try file.bytes(in: location.start..<location.start + location.byteCount),
            named: "\(file.path): the zip directory")
        var entries: [ZipArchive.Entry] = []
        while reader.remaining > 0 { entries.append(try Self.entry(&reader)) }
        guard entries.count == location.entryCount else {
            throw FramegenError(
                .invalidData, "\(file.path) holds \(entries.count) zip entries but names \(location.entryCount)")
        }
        self.entries = entries
    }

    private static func entry(_ reader: inout ByteReader) throws(FramegenError) -> ZipArchive.Entry {
        let position = reader.position
        guard try reader.integer(UInt32.self) == 0x0201_4b50 else {
            throw FramegenError(.invalidData, "\(reader.name) is damaged at byte \(position): no entry begins there")
        }
        _ = try reader.take(4)
        let flags = try reader.integer(UInt16.self)
        let method = try reader.integer(UInt16.self)
        _ = try reader.take(4)
        let checksum = try reader.integer(UInt32.self)
        let compressed = try reader.integer(UInt32.self)
        let uncompressed = try reader.integer(UInt32.self)
        let nameByteCount = try reader.integer(UInt16.self)
        let extraByteCount = try reader.integer(UInt16.self)
        let commentByteCount = try reader.integer(UInt16.self)
        guard try reader.integer(UInt16.self) == 0 else {
            throw FramegenError(.invalidData, "\(reader.name) speaks of further volumes, expected one file")
        }
        _ = try reader.take(6)
        let offset = try reader.integer(UInt32.self)
        let name = try reader.text(nameByteCount)
        let extra = Array(reader.bytes[try reader.take(extraByteCount)])
        _ = try reader.take(commentByteCount)
        let fields = try wideFields(
            [uncompressed, compressed, offset], extra: extra, named: "\(reader.name): \(Printable.text(name))")
        return ZipArchive.Entry(
            name: name, flags: flags, method: method, checksum: checksum, compressedByteCount: fields[1],
            byteCount: fields[0], headerOffset: fields[2])
    }

    /// 32-bit fields, each taken from the zip64 extra field where it is at its largest value.
    static func wideFields(_ fields: [UInt32], extra: [UInt8], named name: String) throws(FramegenError) -> [Int] {
        guard fields.contains(.max) else { return fields.map { Int($0) } }
        var reader = ByteReader(extra, named: "\(name): the zip64 field")
        // Fields of other kinds may stand before it.
        var kind = try reader.integer(UInt16.self)
        var byteCount = try reader.integer(UInt16.self)
        while kind != 0x0001 {
            _ = try reader.take(byteCount)
            kind = try reader.integer(UInt16.self)
            byteCount = try reader.integer(UInt16.self)
        }
        var wide = ByteReader(Array(extra[try reader.take(byteCount)]), named: reader.name)
        var result: [Int] = []
        for field in fields {
            result.append(field == .max ? try wide.size() : Int(field))
        }
        return result
    }
}

extension ZipDirectory {
    /// What the records at the end of the file say of the directory.
    private struct Location {
        let entryCount: Int
        let byteCount: Int
        let start: Int

        private static let endByteCount = 22
        private static let mostCommentBytes = 0xffff

        init(_ file: RegularFile) throws(FramegenError) {
            let tailStart = max(0, file.byteCount - Self.endByteCount - Self.mostCommentBytes)
            let tail = try file.bytes(in: tailStart..<file.byteCount)
            guard let endInTail = Self.endRecord(in: tail) else {
                throw FramegenError(
                    .invalidData,
                    "\(file.path) is cut short or damaged: its \(file.byteCount) bytes do not end in a zip directory")
            }
            let end = tailStart + endInTail
            var reader = ByteReader(Array(tail[endInTail...]), named: "\(file.path): the end of the zip directory")
            _ = try reader.take(4)
            let volumes = [try reader.integer(UInt16.self), try reader.integer(UInt16.self)]
            let countHere = try reader.integer(UInt16.self)
            let count = try reader.integer(UInt16.self)
            let byteCount = try reader.integer(UInt32.self)
            let start = try reader.integer(UInt32.self)
            let isOneVolume = volumes.allSatisfy { $0 == 0 || $0 == .max } && countHere == count

            if let wide = try Self.zip64(before: end, in: file) {
                guard isOneVolume, count == .max || Int(count) == wide.entryCount,
                    byteCount == .max || Int(byteCount) == wide.byteCount, start == .max || Int(start) == wide.start
                else {
                    throw FramegenError(.invalidData, "\(file.path) is damaged: its two zip directory ends contradict")
                }
                self = wide
            } else {
                self.init(entryCount: Int(count), byteCount: Int(byteCount), start: Int(start))
                guard isOneVolume, self.byteCount <= end, self.start <= end - self.byteCount else {
                    throw Self.outside(file)
                }
            }
        }

        private init(entryCount: Int, byteCount: Int, start: Int) {
            self.entryCount = entryCount
            self.byteCount = byteCount
            self.start = start
        }

        /// Where the end record begins: its comment is what is left of the file.
        private static func endRecord(in tail: [UInt8]) -> Int? {
            guard tail.count >= endByteCount else { return nil }
            return (0...tail.count - endByteCount).last { position in
                guard tail[position] == 0x50, tail[position + 1] == 0x4b, tail[position + 2] == 0x05,
                    tail[position + 3] == 0x06
                else { return false }
                let commentByteCount = Int(tail[position + 20]) | Int(tail[position + 21]) << 8
                return position + endByteCount + commentByteCount == tail.count
            }
        }

        private static func zip64(before end: Int, in file: RegularFile) throws(FramegenError) -> Location? {
            let locatorByteCount = 20
            let recordByteCount = 56
            guard end >= locatorByteCount else { return nil }
            let locatorStart = end - locatorByteCount
            var locator = ByteReader(
                try file.bytes(in: locatorStart..<end), named: "\(file.path): the zip64 locator")
            guard try locator.integer(UInt32.self) == 0x0706_4b50 else { return nil }
            _ = try locator.take(4)
            let recordStart = try locator.size()
            guard locatorStart >= recordByteCount, recordStart <= locatorStart - recordByteCount else {
                throw outside(file)
            }
            var record = ByteReader(
                try file.bytes(in: recordStart..<recordStart + recordByteCount),
                named: "\(file.path): the zip64 directory end")
            guard try record.integer(UInt32.self) == 0x0606_4b50 else { throw outside(file) }
            _ = try record.take(20)
            let countHere = try record.size()
            let location = Location(
                entryCount: try record.size(), byteCount: try record.size(), start: try record.size())
            guard countHere == location.entryCount, location.byteCount <= recordStart,
                location.start <= recordStart - location.byteCount
            else { throw outside(file) }
            return location
        }

        private static func outside(_ file: RegularFile) -> FramegenError {
            FramegenError(
                .invalidData,
                "\(file.path) is damaged: its zip directory does not lie within its \(file.byteCount) bytes")
        }
    }
}

extension ByteReader {
    /// A 64-bit size or offset.
    fileprivate mutating func size() throws(FramegenError) -> Int {
        let position = position
        let value = try integer(UInt64.self)
        guard let size = Int(exactly: value) else {
            throw FramegenError(.invalidData, "\(name): \(value) at byte \(position) is no size of a file")
        }
        return size
    }
}
