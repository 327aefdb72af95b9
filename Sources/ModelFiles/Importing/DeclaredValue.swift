/// An input or output as a model's file declares it.
public struct DeclaredValue: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its type's name, such as `float32`.
    public let dataType: String
    /// Its sizes from the outermost dimension to the innermost; empty where none are declared.
    public let dimensions: [DeclaredDimension]

    /// Whether it is one of the types that pictures and features have.
    var isFloatingPoint: Bool { TensorDataType(rawValue: dataType)?.isFloatingPoint ?? false }
}

/// A size in a declared shape.
public enum DeclaredDimension: Sendable, Hashable, CustomStringConvertible {
    /// Always the same.
    case fixed(Int)
    /// Told only by name, or by none, and bound when the model is used.
    case symbolic(String)

    /// The number, the name, or `?`.
    public var description: String {
        switch self {
        case .fixed(let size): "\(size)"
        case .symbolic(let name): name.isEmpty ? "?" : name
        }
    }
}
