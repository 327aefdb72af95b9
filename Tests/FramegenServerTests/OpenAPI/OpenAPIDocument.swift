/// A value of JSON.
enum JSONValue: Decodable, Equatable {
    case members([String: JSONValue])
    case elements([JSONValue])
    case text(String)
    case truth(Bool)
    case number(Double)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .elements(value)
        } else {
            self = .members(try container.decode([String: JSONValue].self))
        }
    }

    var members: [String: JSONValue]? { if case .members(let value) = self { value } else { nil } }
    var elements: [JSONValue]? { if case .elements(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }

    subscript(name: String) -> JSONValue? { members?[name] }

    /// What a pointer such as `#/components/schemas/Job` leads to.
    subscript(pointer pointer: String) -> JSONValue? {
        guard pointer.hasPrefix("#/") else { return nil }
        return pointer.dropFirst(2).split(separator: "/").reduce(Optional(self)) { value, name in
            value?[String(name).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    /// Every `$ref` in it.
    var references: [String] {
        switch self {
        case .members(let members):
            members.flatMap { name, value in name == "$ref" ? [value.text ?? ""] : value.references }
        case .elements(let elements): elements.flatMap(\.references)
        default: []
        }
    }
}

/// What the server says of itself.
struct OpenAPIDocument: Decodable {
    struct Operation {
        let path: String
        /// In capitals.
        let method: String
        let value: JSONValue
    }

    let root: JSONValue

    init(from decoder: any Decoder) throws { root = try JSONValue(from: decoder) }

    var operations: [Operation] {
        (root["paths"]?.members ?? [:]).flatMap { path, item in
            (item.members ?? [:]).filter { $0.key != "parameters" }.map { method, value in
                Operation(path: path, method: method.uppercased(), value: value)
            }
        }
    }

    /// What a value refers to, or itself.
    func resolved(_ value: JSONValue) -> JSONValue {
        value["$ref"]?.text.flatMap { root[pointer: $0] } ?? value
    }
}
