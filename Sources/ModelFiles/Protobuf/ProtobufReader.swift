internal import FrameGeneration

/// Reads the fields of one protobuf message one after the other, and never past the message's end.
///
/// Messages inside are byte ranges to be read in their turn, so nothing here calls itself and depth costs nothing.
struct ProtobufReader {
    struct Field {
        let number: UInt64
        let value: Value
    }

    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(Range<Int>)
        case fixed32(UInt32)
    }

    /// The whole file.
    let bytes: [UInt8]
    /// The file's, for messages.
    let path: String
    /// What the file should be, for messages, such as `ONNX model`.
    let kind: String
    private(set) var position: Int
    private let end: Int

    /// Longer than any name, shorter than what would fill a terminal many times.
    private static let longestText = 4096

    init(_ bytes: [UInt8], path: String, kind: String) {
        self.init(bytes, 0..<bytes.count, path, kind)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>, _ path: String, _ kind: String) {
        self.bytes = bytes
        self.path = path
        self.kind = kind
        position = range.lowerBound
        end = range.upperBound
    }

    /// The message in `range`, which must come from a field of this one.
    func message(_ range: Range<Int>) -> ProtobufReader { ProtobufReader(bytes, range, path, kind) }

    /// The next field, or nil at the end of the message.
    mutating func next() throws(FramegenError) -> Field? {
        guard position < end else { return nil }
        let start = position
        let key = try varint()
        guard key >> 3 != 0 else { throw fault("field 0 at byte \(start)") }
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(Self.integer(bytes[try take(8)]))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - position) else {
                throw fault("\(count) bytes from byte \(position) on, where \(end - position) are left")
            }
            value = .bytes(try take(Int(count)))
        case 5: value = .fixed32(UInt32(truncatingIfNeeded: Self.integer(bytes[try take(4)])))
        default: throw fault("wire type \(key & 7) at byte \(start)")
        }
        return Field(number: key >> 3, value: value)
    }

    /// Text of a field; bytes that are no UTF-8 become U+FFFD.
    func text(_ range: Range<Int>) throws(FramegenError) -> String {
        guard range.count <= Self.longestText else {
            throw fault("a name of \(range.count) bytes at byte \(range.lowerBound)")
        }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// Appends the integers of a repeated field, packed or one by one, up to `limit` in all.
    func append(_ value: Value, to integers: inout [Int], atMost limit: Int) throws(FramegenError) {
        switch value {
        case .varint(let bits): integers.append(Int(truncatingIfNeeded: bits))
        case .bytes(let range):
            var packed = message(range)
            while packed.position < range.upperBound {
                guard integers.count <= limit else { break }
                integers.append(Int(truncatingIfNeeded: try packed.varint()))
            }
        default: return
        }
        guard integers.count <= limit else { throw fault("more than \(limit) numbers before byte \(position)") }
    }

    /// A damaged or hostile file; `what` says what was met.
    func fault(_ what: String) -> FramegenError {
        FramegenError(.invalidData, "\(path) is no \(kind) or is damaged: it has \(what)")
    }

    private mutating func take(_ count: Int) throws(FramegenError) -> Range<Int> {
        guard count <= end - position else {
            throw fault("a field of \(count) bytes at byte \(position), where \(end - position) are left")
        }
        position += count
        return position - count..<position
    }

    private mutating func varint() throws(FramegenError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = position
        while position < end, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw fault("a number at byte \(start) that does not end")
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
