/// A program's function as it was parsed: names, types, and where in the files the values' bytes lie.
struct MILFunction: Sendable {
    var inputs: [MILNamedType] = []
    var opset = ""
    var outputs: [String] = []
    var operations: [MILOperation] = []
    /// Operation sets that there are blocks for; the block of `opset` is the one that was read.
    var blockOpsets: [String] = []
}

struct MILNamedType: Sendable {
    var name = ""
    var type = MILType(dataType: MILDataType(code: 0))
}

struct MILOperation: Sendable {
    var type = ""
    var inputs: [String: [MILBinding]] = [:]
    var outputs: [MILNamedType] = []
    var attributes: [String: MILValue] = [:]

    /// For messages.
    var name: String { outputs.first?.name ?? "" }
}

/// What an argument is.
enum MILBinding: Sendable {
    /// The value of that name.
    case name(String)
    case value(MILValue)
}

/// A value that does not depend on the network's inputs.
struct MILValue: Sendable {
    var type = MILType(dataType: MILDataType(code: 0))
    var content = Content.other

    enum Content: Sendable {
        case integers([Int])
        case booleans([Int])
        case strings([String])
        /// Elements of float32, little-endian.
        case floats([UInt8])
        /// Elements of types that protobuf has no numbers for, float16 among them, little-endian.
        case bytes([UInt8])
        /// In a weight file.
        case blob(fileName: String, offset: Int)
        /// Lists, dictionaries and what else no network of the family has.
        case other
    }
}

/// What a package's description says.
struct CoreMLDescription: Sendable {
    var inputs: [MILNamedType] = []
    var outputs: [MILNamedType] = []
    var functionCount = 0
    /// Of the metadata that people and programs write.
    var userDefined: [String: String] = [:]
}
