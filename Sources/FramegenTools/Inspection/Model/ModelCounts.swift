import ModelFiles

/// An input or an output of a model's file.
public struct ModelValue: Sendable, Hashable, Encodable {
    /// Its name.
    public let name: String
    /// Its type, such as `float32`.
    public let type: String
    /// Its sizes: numbers, or the names of those that are open.
    public let dimensions: [String]

    init(_ value: DeclaredValue) {
        name = value.name
        type = value.dataType
        dimensions = value.dimensions.map(\.description)
    }
}

/// An operator and how many nodes of a model are of it.
public struct OperatorCount: Sendable, Hashable, Encodable {
    /// Such as `Conv`, or `domain::operator`.
    public let name: String
    /// Nodes.
    public let count: Int

    static func commonestFirst(_ counts: [String: Int]) -> [OperatorCount] {
        counts.commonestFirst.map { OperatorCount(name: $0, count: $1) }
    }
}

/// Weights of a model that are stored alike.
public struct WeightCount: Sendable, Hashable, Encodable {
    /// Such as `float16`.
    public let type: String
    /// Numbers.
    public let valueCount: Int

    static func commonestFirst(_ counts: [String: Int]) -> [WeightCount] {
        counts.commonestFirst.map { WeightCount(type: $0, valueCount: $1) }
    }
}

extension [String: Int] {
    fileprivate var commonestFirst: [(key: String, value: Int)] {
        sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    }
}
