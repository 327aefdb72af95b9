package import FrameGeneration

/// A message in protobuf's wire format, kept in pieces so that megabytes of weights are copied only once, when the
/// outermost message is written out.
///
/// ONNX and Core ML use so little of the format (varints, strings, nested messages, raw bytes) that it is written here rather
/// than through generated code, which would hold every weight twice.
package struct ProtobufMessage {
    private enum Piece {
        case bytes([UInt8])
        case floats(PageArray<Float>)
        case halves([UInt16])
    }

    private var pieces: [Piece] = []
    private(set) var byteCount = 0

    /// A message without fields.
    package init() {}

    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    package mutating func add(_ field: UInt64, _ value: Int) {
        append(Self.key(field, .varint) + Self.varint(UInt64(bitPattern: Int64(value))))
    }

    package mutating func add(_ field: UInt64, _ value: Float) {
        append(Self.key(field, .fixed32) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    }

    package mutating func add(_ field: UInt64, _ value: String) {
        add(field, bytes: Array(value.utf8))
    }

    package mutating func add(_ field: UInt64, _ message: ProtobufMessage) {
        append(Self.key(field, .lengthDelimited) + Self.varint(UInt64(message.byteCount)))
        pieces += message.pieces
        byteCount += message.byteCount
    }

    /// `values` as raw little-endian bytes.
    package mutating func add(_ field: UInt64, rawBytesOf values: PageArray<Float>) {
        let count = values.count * MemoryLayout<Float>.size
        append(Self.key(field, .lengthDelimited) + Self.varint(UInt64(count)))
        pieces.append(.floats(values))
        byteCount += count
    }

    /// `values` as raw little-endian bytes.
    package mutating func add(_ field: UInt64, rawBytesOf values: [UInt16]) {
        let count = values.count * MemoryLayout<UInt16>.size
        append(Self.key(field, .lengthDelimited) + Self.varint(UInt64(count)))
        pieces.append(.halves(values))
        byteCount += count
    }

    /// `values` packed, as proto3 has repeated integers.
    package mutating func add(_ field: UInt64, packed values: [Int]) {
        add(field, bytes: values.flatMap { Self.varint(UInt64(bitPattern: Int64($0))) })
    }

    package mutating func add(_ field: UInt64, bytes: [UInt8]) {
        append(Self.key(field, .lengthDelimited) + Self.varint(UInt64(bytes.count)) + bytes)
    }

    /// An entry of a map from text to messages.
    package mutating func add(_ field: UInt64, key: String, _ value: ProtobufMessage) {
        var entry = ProtobufMessage()
        entry.add(MapEntryField.key, key)
        entry.add(MapEntryField.value, value)
        add(field, entry)
    }

    package func serialized() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(byteCount)
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): result += bytes
            case .floats(let floats): Self.append(floats.span, to: &result)
            case .halves(let halves): Self.append(halves.span, to: &result)
            }
        }
        return result
    }

    /// In one copy; a raw buffer would be appended byte by byte.
    private static func append(_ values: Span<some BitwiseCopyable>, to bytes: inout [UInt8]) {
        values.withUnsafeBytes { raw in raw.withMemoryRebound(to: UInt8.self) { bytes += $0 } }
    }

    private mutating func append(_ bytes: [UInt8]) {
        byteCount += bytes.count
        // Neighbouring small fields share a piece.
        if case .bytes(let last)? = pieces.last {
            pieces[pieces.count - 1] = .bytes(last + bytes)
        } else {
            pieces.append(.bytes(bytes))
        }
    }

    private static func key(_ field: UInt64, _ type: WireType) -> [UInt8] { varint(field << 3 | type.rawValue) }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        return bytes
    }
}

/// Of the messages that a map consists of.
enum MapEntryField {
    static let key: UInt64 = 1
    static let value: UInt64 = 2
}
