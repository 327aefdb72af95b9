/// Refuses keys that nothing knows, so that a misspelt one is not passed over.
enum StrictKeys {
    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func check(_ decoder: any Decoder, allowed: [String]) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        guard let unknown = container.allKeys.first(where: { !allowed.contains($0.stringValue) }) else { return }
        throw DecodingError.dataCorruptedError(
            forKey: unknown, in: container,
            debugDescription:
                "\(unknown.stringValue.prefix(64)) is not known, expected some of \(allowed.joined(separator: ", "))")
    }
}

extension KeyedDecodingContainer {
    /// One of a few words, or nil where it was left out.
    ///
    /// - Throws: `DecodingError` that says what was expected, for another word.
    func decodeWordIfPresent<Word: RawRepresentable<String> & CaseIterable>(
        _ type: Word.Type, forKey key: Key
    ) throws -> Word? {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue)
            let all = [words.dropLast().joined(separator: ", "), words.last ?? ""].filter { !$0.isEmpty }
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription:
                    "\(key.stringValue) is \(text.prefix(32)), expected \(all.joined(separator: " or "))")
        }
        return word
    }

    /// The value for `key`, or `usual` where it was left out.
    ///
    /// - Throws: `DecodingError` that says what was expected, for a value below `least`.
    func decode<Value: Decodable & Comparable>(
        _ key: Key, default usual: Value, atLeast least: Value
    ) throws -> Value {
        try decodeIfPresent(key, atLeast: least) ?? usual
    }

    /// The value for `key`, or nil where it was left out.
    ///
    /// - Throws: `DecodingError` that says what was expected, for a value below `least`.
    func decodeIfPresent<Value: Decodable & Comparable>(_ key: Key, atLeast least: Value) throws -> Value? {
        guard let value = try decodeIfPresent(Value.self, forKey: key) else { return nil }
        guard value >= least else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "\(key.stringValue) is \(value), expected \(least) or more")
        }
        return value
    }
}
