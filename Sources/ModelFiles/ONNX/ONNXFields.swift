// Field numbers of onnx.proto, which the reader and the writer share.

enum ModelField {
    static let formatVersion: UInt64 = 1
    static let producerName: UInt64 = 2
    static let producerVersion: UInt64 = 3
    static let documentation: UInt64 = 6
    static let graph: UInt64 = 7
    static let operatorSet: UInt64 = 8
}

enum OperatorSetField {
    static let domain: UInt64 = 1
    static let version: UInt64 = 2
}

enum GraphField {
    static let node: UInt64 = 1
    static let name: UInt64 = 2
    static let initializer: UInt64 = 5
    static let input: UInt64 = 11
    static let output: UInt64 = 12
    static let sparseInitializer: UInt64 = 15
}

enum NodeField {
    static let input: UInt64 = 1
    static let output: UInt64 = 2
    static let name: UInt64 = 3
    static let type: UInt64 = 4
    static let attribute: UInt64 = 5
    static let domain: UInt64 = 7
}

enum AttributeField {
    static let name: UInt64 = 1
    static let float: UInt64 = 2
    static let integer: UInt64 = 3
    static let string: UInt64 = 4
    static let tensor: UInt64 = 5
    static let floats: UInt64 = 7
    static let integers: UInt64 = 8
    static let type: UInt64 = 20
}

enum AttributeType: Int {
    case float = 1
    case integer = 2
    case string = 3
    case tensor = 4
    case floats = 6
    case integers = 7
}

enum TensorField {
    static let dimension: UInt64 = 1
    static let dataType: UInt64 = 2
    static let segment: UInt64 = 3
    static let floatData: UInt64 = 4
    static let int32Data: UInt64 = 5
    static let int64Data: UInt64 = 7
    static let name: UInt64 = 8
    static let rawData: UInt64 = 9
    static let doubleData: UInt64 = 10
    static let uint64Data: UInt64 = 11
    static let externalData: UInt64 = 13
    static let dataLocation: UInt64 = 14
}

/// `StringStringEntryProto`.
enum EntryField {
    static let key: UInt64 = 1
    static let value: UInt64 = 2
}

enum ValueInfoField {
    static let name: UInt64 = 1
    static let type: UInt64 = 2
}

enum TypeField {
    static let tensor: UInt64 = 1
    /// Of `TypeProto.Tensor`.
    static let elementType: UInt64 = 1
    static let shape: UInt64 = 2
    /// Of `TensorShapeProto`.
    static let dimension: UInt64 = 1
    /// Of a dimension.
    static let size: UInt64 = 1
    static let symbol: UInt64 = 2
}
