internal import FrameGeneration

extension ONNXParser {
    /// A gigabyte of float32, twenty times the family's largest.
    static let mostElements = 1 << 28
    private static let mostExternalEntries = 16
    /// Of those that are written as numbers rather than as bytes, which take more memory while they are read.
    fileprivate static let mostNumbers = 1 << 25

    /// Parses a tensor, leaving its values where they are, and checks that there are as many bytes as its shape needs.
    static func tensor(_ message: ProtobufReader) throws(FramegenError) -> ONNXTensor {
        var reader = message
        var tensor = ONNXTensor()
        var parts = TensorParts()
        var isExternal = false
        var external = ONNXExternalData()
        var entryCount = 0
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (TensorField.dimension, _): try reader.append(field.value, to: &tensor.shape, atMost: 8)
            case (TensorField.dataType, .varint(let code)):
                tensor.dataType = ONNXDataType(code: Int(truncatingIfNeeded: code))
            case (TensorField.name, .bytes(let range)): tensor.name = try reader.text(range)
            case (TensorField.rawData, .bytes(let range)): parts.raw = range
            case (TensorField.segment, _): throw reader.fault("a tensor in segments")
            case (TensorField.dataLocation, .varint(let location)): isExternal = location == 1
            case (TensorField.externalData, .bytes(let range)):
                entryCount += 1
                guard entryCount <= mostExternalEntries else { throw reader.fault("a tensor in too many pieces") }
                try parse(reader.message(range), into: &external)
            default: try parts.add(field, reader)
            }
        }
        tensor.elementCount = try elementCount(of: tensor, reader)
        tensor.storage = isExternal ? .external(external) : parts.storage(as: tensor.dataType)
        try requireFit(tensor, reader)
        return tensor
    }

    private static func elementCount(
        of tensor: ONNXTensor, _ reader: ProtobufReader
    ) throws(FramegenError) -> Int {
        guard let count = ONNXConstant.elementCount(of: tensor.shape, atMost: mostElements) else {
            throw FramegenError(
                .invalidData,
                "\(reader.path): the tensor \(Printable.text(tensor.name)) is \(tensor.shape), expected at most "
                    + "\(mostElements) values")
        }
        return count
    }

    private static func requireFit(_ tensor: ONNXTensor, _ reader: ProtobufReader) throws(FramegenError) {
        // A type that cannot be read is an error where the tensor is used, so that its user can be named.
        guard let elementType = tensor.dataType.elementType else { return }
        let expected = tensor.elementCount * elementType.byteCount
        let found: Int
        switch tensor.storage {
        case .inline(let range): found = range.count
        case .bytes(let bytes): found = bytes.count
        case .external(let data):
            guard let length = data.length else { return }
            found = length
        }
        guard found == expected else {
            throw FramegenError(
                .invalidData,
                "\(reader.path): the tensor \(Printable.text(tensor.name)) of \(tensor.shape) \(tensor.dataType.name) "
                    + "has \(found) bytes, expected \(expected)")
        }
    }

    private static func parse(
        _ message: ProtobufReader, into external: inout ONNXExternalData
    ) throws(FramegenError) {
        var reader = message
        var key = ""
        var value = ""
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (EntryField.key, .bytes(let range)): key = try reader.text(range)
            case (EntryField.value, .bytes(let range)): value = try reader.text(range)
            default: continue
            }
        }
        switch key {
        case "location": external.location = value
        case "offset": external.offset = try number(value, key, reader)
        case "length": external.length = try number(value, key, reader)
        default: return
        }
    }

    private static func number(
        _ text: String, _ key: String, _ reader: ProtobufReader
    ) throws(FramegenError) -> Int {
        guard let number = Int(text), number >= 0 else {
            throw reader.fault("external data whose \(key) is \(Printable.text(text))")
        }
        return number
    }
}

/// A tensor's values as the several fields hold them.
private struct TensorParts {
    var raw: Range<Int>?
    private var fixed: [UInt8] = []
    private var int32: [Int] = []
    private var int64: [Int] = []

    mutating func add(_ field: ProtobufReader.Field, _ reader: ProtobufReader) throws(FramegenError) {
        switch (field.number, field.value) {
        case (TensorField.floatData, .bytes(let range)), (TensorField.doubleData, .bytes(let range)):
            fixed += reader.bytes[range]
        case (TensorField.floatData, .fixed32(let bits)): fixed += LittleEndian.bytes(bits)
        case (TensorField.doubleData, .fixed64(let bits)): fixed += LittleEndian.bytes(bits)
        case (TensorField.int32Data, _): try reader.append(field.value, to: &int32, atMost: ONNXParser.mostNumbers)
        case (TensorField.int64Data, _), (TensorField.uint64Data, _):
            try reader.append(field.value, to: &int64, atMost: ONNXParser.mostNumbers)
        default: return
        }
    }

    func storage(as type: ONNXDataType) -> ONNXTensor.Storage {
        if let raw { return .inline(raw) }
        if !fixed.isEmpty { return .bytes(fixed) }
        // Types narrower than 32 bits, half precision's bits among them, are one number each.
        if !int32.isEmpty {
            return switch type.elementType?.byteCount {
            case 1: .bytes(int32.map { UInt8(truncatingIfNeeded: $0) })
            case 2: .bytes(int32.flatMap { LittleEndian.bytes(UInt16(truncatingIfNeeded: $0)) })
            default: .bytes(int32.flatMap { LittleEndian.bytes(UInt32(truncatingIfNeeded: $0)) })
            }
        }
        return .bytes(
            type.elementType?.byteCount == 4
                ? int64.flatMap { LittleEndian.bytes(UInt32(truncatingIfNeeded: $0)) }
                : int64.flatMap { LittleEndian.bytes(UInt64(truncatingIfNeeded: $0)) })
    }
}
