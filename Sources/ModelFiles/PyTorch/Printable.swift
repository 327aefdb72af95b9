/// Text of a file made fit for a one-line message.
enum Printable {
    private static let longest = 200

    /// `text` with control characters written as `\u{…}`, cut after 200 characters.
    static func text(_ text: some StringProtocol) -> String {
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
