// Field numbers of Model.proto, FeatureTypes.proto and MIL.proto, which the reader and the writer share.

enum CoreMLModelField {
    static let specificationVersion: UInt64 = 1
    static let description: UInt64 = 2
    static let program: UInt64 = 502
}

enum CoreMLDescriptionField {
    static let input: UInt64 = 1
    static let output: UInt64 = 10
    /// Of a model of several functions, which describes each by itself.
    static let function: UInt64 = 20
    static let metadata: UInt64 = 100
}

enum CoreMLMetadataField {
    static let shortDescription: UInt64 = 1
    static let author: UInt64 = 3
    /// A map of texts.
    static let userDefined: UInt64 = 100
}

enum CoreMLFeatureField {
    static let name: UInt64 = 1
    static let type: UInt64 = 3
    /// Of `FeatureType`.
    static let array: UInt64 = 5
    /// Of `ArrayFeatureType`.
    static let shape: UInt64 = 1
    static let dataType: UInt64 = 2
}

enum MILProgramField {
    static let version: UInt64 = 1
    /// A map.
    static let function: UInt64 = 2
}

enum MILFunctionField {
    static let input: UInt64 = 1
    static let opset: UInt64 = 2
    /// A map from operation sets.
    static let block: UInt64 = 3
}

enum MILBlockField {
    static let input: UInt64 = 1
    static let output: UInt64 = 2
    static let operation: UInt64 = 3
}

enum MILOperationField {
    static let type: UInt64 = 1
    /// A map from the names of arguments.
    static let input: UInt64 = 2
    static let output: UInt64 = 3
    static let block: UInt64 = 4
    /// A map.
    static let attribute: UInt64 = 5
}

enum MILArgumentField {
    static let binding: UInt64 = 1
    /// Of `Binding`.
    static let name: UInt64 = 1
    static let value: UInt64 = 2
}

enum MILNamedTypeField {
    static let name: UInt64 = 1
    static let type: UInt64 = 2
}

enum MILTypeField {
    static let tensor: UInt64 = 1
    /// Of `TensorType`.
    static let dataType: UInt64 = 1
    static let rank: UInt64 = 2
    static let dimension: UInt64 = 3
    /// Of `Dimension`.
    static let constant: UInt64 = 1
    /// Of `ConstantDimension`.
    static let size: UInt64 = 1
}

enum MILValueField {
    static let type: UInt64 = 2
    static let immediate: UInt64 = 3
    static let blob: UInt64 = 5
    /// Of `ImmediateValue`.
    static let tensor: UInt64 = 1
}

/// Of `TensorValue`; each is a message.
enum MILTensorField {
    static let floats: UInt64 = 1
    static let integers: UInt64 = 2
    static let booleans: UInt64 = 3
    static let strings: UInt64 = 4
    static let bytes: UInt64 = 7
    /// Of each of these messages.
    static let values: UInt64 = 1
}

enum MILBlobField {
    static let fileName: UInt64 = 1
    static let offset: UInt64 = 2
}
