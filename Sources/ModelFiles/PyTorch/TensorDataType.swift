/// How a checkpoint stores a tensor's elements; the raw value is PyTorch's name.
public enum TensorDataType: String, Sendable, Hashable, CaseIterable {
    case float16, bfloat16, float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case bool

    /// Bytes an element takes.
    public var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Whether it is one of the types that weights are stored in.
    public var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    /// The type of the storages that PyTorch calls `torch.<name>`, such as `HalfStorage`.
    init?(storageName: String) {
        let names: [String: TensorDataType] = [
            "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32,
            "DoubleStorage": .float64, "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32,
            "LongStorage": .int64, "ByteStorage": .uint8, "BoolStorage": .bool,
        ]
        guard let type = names[storageName] else { return nil }
        self = type
    }
}
