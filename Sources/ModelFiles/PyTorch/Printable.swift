/// Text of a file made fit for a one-line message.
enum Printable {
    /// `text` with control characters written as `\u{…}`, cut after `longest` characters.
    static func text(_ text: some StringProtocol, longest: Int = 200) -> String {
        // As nearly all text is, and looking up the properties of characters takes long.
        if text.utf8.count <= longest, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.dropFirst(longest).isEmpty ? result : result + "…"
    }
}
