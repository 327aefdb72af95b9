internal import FrameGeneration

/// Reads little-endian numbers one after the other and never past the end.
struct ByteReader {
    let bytes: [UInt8]
    /// What is read, for messages, such as `x.pth: data.pkl`.
    let name: String
    private(set) var position = 0

    init(_ bytes: [UInt8], named name: String) {
        self.bytes = bytes
        self.name = name
    }

    var remaining: Int { bytes.count - position }

    /// Steps over `count` bytes and returns where they lie.
    mutating func take(_ count: some BinaryInteger) throws(FramegenError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw FramegenError(
                .invalidData, "\(name) is cut short: \(count) bytes are needed at byte \(position) of \(bytes.count)")
        }
        let range = position..<position + Int(count)
        position = range.upperBound
        return range
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_: T.Type = T.self) throws(FramegenError) -> T {
        let range = try take(MemoryLayout<T>.size)
        var value: T = 0
        for index in range.reversed() { value = value << 8 | T(truncatingIfNeeded: bytes[index]) }
        return value
    }

    /// Text of `count` bytes; bytes that are not UTF-8 become U+FFFD.
    mutating func text(_ count: some BinaryInteger) throws(FramegenError) -> String {
        String(decoding: bytes[try take(count)], as: UTF8.self)
    }

    /// Text up to a line feed, which is stepped over.
    mutating func line() throws(FramegenError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0x0a) else {
            throw FramegenError(.invalidData, "\(name) is cut short: a line from byte \(position) has no end")
        }
        let text = try text(end - position)
        position = end + 1
        return text
    }
}
