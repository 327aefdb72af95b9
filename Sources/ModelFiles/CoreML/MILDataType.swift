/// `MILSpec.DataType`: what a value's elements are.
struct MILDataType: Hashable, Sendable {
    let code: Int

    static let bool = MILDataType(code: 1)
    static let string = MILDataType(code: 2)
    static let float16 = MILDataType(code: 10)
    static let float32 = MILDataType(code: 11)
    static let int32 = MILDataType(code: 23)

    /// `ArrayFeatureType.ArrayDataType`, how the description of an input or output says it; nil where it cannot.
    var arrayCode: Int? {
        switch self {
        case .float16: 65552
        case .float32: 65568
        case .int32: 131_104
        default: nil
        }
    }

    /// Whether networks are computed in it.
    var isFloatingPoint: Bool { self == .float16 || self == .float32 }

    /// A name for people.
    var name: String {
        switch self {
        case .bool: "bool"
        case .string: "string"
        case .float16: "float16"
        case .float32: "float32"
        case .int32: "int32"
        default: "type number \(code)"
        }
    }
}

/// A value's type: what its elements are, and its sizes from the outermost dimension to the innermost.
struct MILType: Hashable, Sendable {
    var dataType: MILDataType
    var shape: [Int] = []

    /// For messages.
    var text: String { "\(dataType.name) \(shape)" }
}

extension MILType {
    /// A gigabyte of float32, twenty times the family's largest.
    private static let mostElements = 1 << 28

    /// Nil if a size is negative, or there are more than a network of the family can have.
    var elementCount: Int? { ElementCount.of(shape, atMost: Self.mostElements) }
}
