internal import FrameGeneration

/// Parses the messages of Model.proto and MIL.proto that a network of the family needs; unknown fields are passed over,
/// as protobuf has it.
///
/// Blocks inside operations are not read, so messages nest some ten deep at most, by construction.
struct CoreMLParser {
    static let mostItems = 1024

    var specificationVersion = 0
    var description = CoreMLDescription()
    var functions: [String: MILFunction] = [:]

    init(_ bytes: [UInt8], path: String) throws(FramegenError) {
        var reader = ProtobufReader(bytes, path: path, kind: "Core ML model")
        var hasProgram = false
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (CoreMLModelField.specificationVersion, .varint(let version)):
                specificationVersion = Int(truncatingIfNeeded: version)
            case (CoreMLModelField.description, .bytes(let range)):
                try parseDescription(reader.message(range))
            case (CoreMLModelField.program, .bytes(let range)):
                guard !hasProgram else { throw reader.fault("two programs") }
                hasProgram = true
                try parseProgram(reader.message(range))
            default: continue
            }
        }
        guard hasProgram else {
            throw FramegenError(
                .invalidData,
                "\(path) holds no ML Program, expected a package for iOS 15 or newer (older ones hold neural networks)")
        }
    }

    private mutating func parseDescription(_ message: ProtobufReader) throws(FramegenError) {
        var reader = message
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case CoreMLDescriptionField.input: description.inputs.append(try Self.feature(reader.message(range)))
            case CoreMLDescriptionField.output: description.outputs.append(try Self.feature(reader.message(range)))
            case CoreMLDescriptionField.function: description.functionCount += 1
            case CoreMLDescriptionField.metadata: try parseMetadata(reader.message(range))
            default: continue
            }
            guard max(description.inputs.count, description.outputs.count) <= Self.mostItems else {
                throw reader.fault("more than \(Self.mostItems) inputs or outputs")
            }
        }
    }

    private mutating func parseMetadata(_ message: ProtobufReader) throws(FramegenError) {
        var reader = message
        while let field = try reader.next() {
            guard field.number == CoreMLMetadataField.userDefined, case .bytes(let range) = field.value else {
                continue
            }
            let (key, value) = try Self.entry(reader.message(range))
            if let value { description.userDefined[key] = try reader.text(value) }
            guard description.userDefined.count <= Self.mostItems else {
                throw reader.fault("more than \(Self.mostItems) remarks")
            }
        }
    }

    private mutating func parseProgram(_ message: ProtobufReader) throws(FramegenError) {
        var reader = message
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (MILProgramField.version, .varint(let version)):
                guard version == 1 else { throw reader.fault("a program of version \(version), expected 1") }
            case (MILProgramField.function, .bytes(let range)):
                let (name, value) = try Self.entry(reader.message(range))
                let function = try value.map { value throws(FramegenError) in
                    try Self.function(reader.message(value))
                }
                guard functions.updateValue(function ?? MILFunction(), forKey: name) == nil else {
                    throw reader.fault("the function \(Printable.text(name)) twice")
                }
                guard functions.count <= Self.mostItems else { throw reader.fault("too many functions") }
            default: continue
            }
        }
    }

    /// An input or output of the description; an array's type, or none where it is no array.
    private static func feature(_ message: ProtobufReader) throws(FramegenError) -> MILNamedType {
        var reader = message
        var feature = MILNamedType()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case CoreMLFeatureField.name: feature.name = try reader.text(range)
            case CoreMLFeatureField.type:
                var type = reader.message(range)
                while let field = try type.next() {
                    guard field.number == CoreMLFeatureField.array, case .bytes(let range) = field.value else {
                        continue
                    }
                    feature.type = try arrayType(type.message(range))
                }
            default: continue
            }
        }
        return feature
    }

    private static func arrayType(_ message: ProtobufReader) throws(FramegenError) -> MILType {
        var reader = message
        var type = MILType(dataType: MILDataType(code: 0))
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (CoreMLFeatureField.shape, _): try reader.append(field.value, to: &type.shape, atMost: 8)
            case (CoreMLFeatureField.dataType, .varint(let code)):
                let known: [MILDataType] = [.float16, .float32, .int32]
                type.dataType = known.first { $0.arrayCode == Int(truncatingIfNeeded: code) } ?? type.dataType
            default: continue
            }
        }
        return type
    }

    /// A map's entry: the key, and where its value is.
    static func entry(_ message: ProtobufReader) throws(FramegenError) -> (key: String, value: Range<Int>?) {
        var reader = message
        var key = ""
        var value: Range<Int>?
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MapEntryField.key: key = try reader.text(range)
            case MapEntryField.value: value = range
            default: continue
            }
        }
        return (key, value)
    }
}
