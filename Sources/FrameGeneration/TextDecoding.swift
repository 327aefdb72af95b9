extension Decoder {
    /// The value that a text says.
    ///
    /// - Parameters:
    ///   - text: what was decoded.
    ///   - read: gives nil for a text that says no value.
    ///   - fault: what is wrong with such a text, and what was expected.
    /// - Returns: the value.
    /// - Throws: `DecodingError` with `fault`.
    package func value<Value>(
        of text: String, _ read: (String) -> Value?, orFail fault: @autoclosure () -> String
    ) throws -> Value {
        guard let value = read(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: fault()))
        }
        return value
    }
}
