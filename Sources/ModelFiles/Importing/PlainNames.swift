/// Names for the values and tensors of a network that is read from a file: the file's own as far as they are plain, so
/// that neither a runtime nor a terminal meets what a stranger chose.
struct PlainNames {
    private var taken: Set<String> = []
    private var counts: [String: Int] = [:]

    private static let longest = 200

    /// `text` with all but letters, digits, `_`, `.`, `-` and `/` of ASCII replaced, cut after 200 characters.
    static func plain(_ text: some StringProtocol) -> String {
        let kept = text.unicodeScalars.prefix(longest).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-", "/": Character(scalar)
            default: "_"
            }
        }
        return kept.isEmpty ? "value" : String(kept)
    }

    /// Takes `name` as it is; false if something has it.
    mutating func take(_ name: String) -> Bool { taken.insert(name).inserted }

    /// Takes a plain name made from `text`, with `suffixes` added each in turn or just as it is.
    ///
    /// - Returns: the name without a suffix.
    mutating func takeUnused(_ text: some StringProtocol, suffixes: [String] = [""]) -> String {
        let plain = Self.plain(text)
        var name = plain
        while suffixes.contains(where: { taken.contains(name + $0) }) {
            let count = (counts[plain] ?? 1) + 1
            counts[plain] = count
            name = "\(plain)_\(count)"
        }
        for suffix in suffixes { taken.insert(name + suffix) }
        return name
    }
}
