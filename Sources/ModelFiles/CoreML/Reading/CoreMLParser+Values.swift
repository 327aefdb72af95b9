internal import FrameGeneration

extension CoreMLParser {
    private static let mostDimensions = 8

    static func namedType(_ message: ProtobufReader) throws(FramegenError) -> MILNamedType {
        var reader = message
        var named = MILNamedType()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MILNamedTypeField.name: named.name = try reader.text(range)
            case MILNamedTypeField.type: named.type = try type(reader.message(range))
            default: continue
            }
        }
        return named
    }

    private static func type(_ message: ProtobufReader) throws(FramegenError) -> MILType {
        var reader = message
        var type = MILType(dataType: MILDataType(code: 0))
        while let field = try reader.next() {
            guard field.number == MILTypeField.tensor, case .bytes(let range) = field.value else { continue }
            var tensor = reader.message(range)
            var rank = 0
            while let field = try tensor.next() {
                switch (field.number, field.value) {
                case (MILTypeField.dataType, .varint(let code)):
                    type.dataType = MILDataType(code: Int(truncatingIfNeeded: code))
                case (MILTypeField.rank, .varint(let value)): rank = Int(truncatingIfNeeded: value)
                case (MILTypeField.dimension, .bytes(let range)):
                    type.shape.append(try size(tensor.message(range)))
                    guard type.shape.count <= mostDimensions else {
                        throw tensor.fault("a shape of more than \(mostDimensions) dimensions")
                    }
                default: continue
                }
            }
            guard rank == type.shape.count else {
                throw tensor.fault("a shape \(type.shape) of \(rank) dimensions at byte \(range.lowerBound)")
            }
        }
        return type
    }

    /// A dimension; all are constant in a network of the family.
    private static func size(_ message: ProtobufReader) throws(FramegenError) -> Int {
        var reader = message
        var size: Int?
        while let field = try reader.next() {
            guard field.number == MILTypeField.constant, case .bytes(let range) = field.value else { continue }
            size = 0
            var constant = reader.message(range)
            while let field = try constant.next() {
                guard field.number == MILTypeField.size, case .varint(let value) = field.value else { continue }
                size = Int(truncatingIfNeeded: value)
            }
        }
        guard let size else { throw message.fault("a dimension of open size, expected fixed sizes") }
        return size
    }

    static func value(_ message: ProtobufReader) throws(FramegenError) -> MILValue {
        var reader = message
        var value = MILValue()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MILValueField.type: value.type = try type(reader.message(range))
            case MILValueField.immediate:
                var immediate = reader.message(range)
                while let field = try immediate.next() {
                    guard field.number == MILValueField.tensor, case .bytes(let range) = field.value else { continue }
                    value.content = try tensor(immediate.message(range))
                }
            case MILValueField.blob: value.content = try blob(reader.message(range))
            default: continue
            }
        }
        return value
    }

    private static func blob(_ message: ProtobufReader) throws(FramegenError) -> MILValue.Content {
        var reader = message
        var (fileName, offset) = ("", UInt64(0))
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (MILBlobField.fileName, .bytes(let range)): fileName = try reader.text(range)
            case (MILBlobField.offset, .varint(let value)): offset = value
            default: continue
            }
        }
        guard let offset = Int(exactly: offset) else { throw reader.fault("a weight at byte \(offset)") }
        return .blob(fileName: fileName, offset: offset)
    }

    private static func tensor(_ message: ProtobufReader) throws(FramegenError) -> MILValue.Content {
        var reader = message
        var content = MILValue.Content.other
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            content = try self.content(field.number, reader.message(range))
        }
        return content
    }

    private static func content(
        _ kind: UInt64, _ message: ProtobufReader
    ) throws(FramegenError) -> MILValue.Content {
        var reader = message
        var integers: [Int] = []
        var strings: [String] = []
        var bytes: [UInt8] = []
        while let field = try reader.next() {
            guard field.number == MILTensorField.values else { continue }
            switch (kind, field.value) {
            case (MILTensorField.integers, _), (MILTensorField.booleans, _):
                try reader.append(field.value, to: &integers, atMost: mostItems)
            case (MILTensorField.strings, .bytes(let range)): strings.append(try reader.text(range))
            case (MILTensorField.floats, .bytes(let range)), (MILTensorField.bytes, .bytes(let range)):
                bytes += reader.bytes[range]
            case (MILTensorField.floats, .fixed32(let bits)): bytes += LittleEndian.bytes(bits)
            default: continue
            }
            guard strings.count <= mostItems else { throw reader.fault("a value of over \(mostItems) texts") }
        }
        return switch kind {
        case MILTensorField.integers: .integers(integers)
        case MILTensorField.booleans: .booleans(integers)
        case MILTensorField.strings: .strings(strings)
        case MILTensorField.floats: .floats(bytes)
        case MILTensorField.bytes: .bytes(bytes)
        default: .other
        }
    }
}
