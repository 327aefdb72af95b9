/// `TensorProto.DataType`: what a value's or a tensor's elements are.
struct ONNXDataType: Hashable, Sendable {
    let code: Int

    static let float32 = ONNXDataType(code: 1)
    static let int64 = ONNXDataType(code: 7)
    static let float16 = ONNXDataType(code: 10)
    static let bfloat16 = ONNXDataType(code: 16)

    /// The type as it is read; nil for those that no weight and no shape arithmetic has, such as strings and the
    /// 8-bit and 4-bit types of quantised models.
    var elementType: TensorDataType? {
        switch code {
        case 1: .float32
        case 2: .uint8
        case 3: .int8
        case 4: .uint16
        case 5: .int16
        case 6: .int32
        case 7: .int64
        case 9: .bool
        case 10: .float16
        case 11: .float64
        case 12: .uint32
        case 13: .uint64
        case 16: .bfloat16
        default: nil
        }
    }

    /// Whether it is one of the types that weights and pictures have.
    var isFloatingPoint: Bool { elementType?.isFloatingPoint ?? false }

    /// A name for people.
    var name: String {
        if let elementType { return elementType.rawValue }
        return switch code {
        case 0: "an undefined type"
        case 8: "string"
        case 14: "complex64"
        case 15: "complex128"
        case 17...20: "float8"
        case 21: "uint4"
        case 22: "int4"
        case 23: "float4"
        default: "type number \(code)"
        }
    }
}
