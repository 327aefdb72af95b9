/// The checksum of zip archives (polynomial 0xEDB88320, reflected), eight bytes a step.
enum CRC32 {
    /// Table k holds the checksum of a byte followed by k zero bytes; table after table, 256 entries each.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xff)]
        }
        return tables
    }()

    static func checksum(of data: [UInt8]) -> UInt32 {
        let table = tables.span
        // One check in front instead of eight in the loop; the indices below stay under 8 · 256.
        precondition(table.count == 8 * 256)
        let bytes = data.span.bytes
        let wholeSteps = data.count & ~7
        var value: UInt32 = 0xffff_ffff
        var position = 0
        while position < wholeSteps {
            let raw = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let word = UInt64(littleEndian: raw) ^ UInt64(value)
            value = table[7 * 256 + Int(word & 0xff)]
            value ^= table[6 * 256 + Int(word >> 8 & 0xff)]
            value ^= table[5 * 256 + Int(word >> 16 & 0xff)]
            value ^= table[4 * 256 + Int(word >> 24 & 0xff)]
            value ^= table[3 * 256 + Int(word >> 32 & 0xff)]
            value ^= table[2 * 256 + Int(word >> 40 & 0xff)]
            value ^= table[256 + Int(word >> 48 & 0xff)]
            value ^= table[Int(word >> 56)]
            position += 8
        }
        while position < data.count {
            value = value >> 8 ^ table[Int((value ^ UInt32(data[position])) & 0xff)]
            position += 1
        }
        return ~value
    }
}
