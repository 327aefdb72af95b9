import Yams

extension YAMLDecoder {
    /// Reads a file's text, in which all may be left out, or be a comment.
    ///
    /// - Throws: `DecodingError`, or `YamlError` for what is no YAML.
    func decodeFile<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        guard let node = try Yams.compose(yaml: text), node.null == nil else { return try decode(type, from: "{}") }
        return try decode(type, from: node)
    }
}
