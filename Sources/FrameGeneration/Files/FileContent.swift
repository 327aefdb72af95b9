/// What a file is, told from its first bytes, for errors that must say what was found instead of what was expected.
package enum FileContent {
    /// Bytes that tell enough.
    package static let startByteCount = 512

    /// What begins with each of these, at its offset.
    private static let signatures: [(offset: Int, bytes: [UInt8], name: String)] = [
        (0, [0xff, 0xd8, 0xff], "a JPEG image"), (0, [0x89] + Array("PNG".utf8), "a PNG image"),
        (0, Array("GIF8".utf8), "a GIF image"), (8, Array("WEBP".utf8), "a WebP image"),
        (4, Array("ftypheic".utf8), "an HEIC image"), (4, Array("ftypavif".utf8), "an AVIF image"),
        (0, Array("II*\0".utf8), "a TIFF image"), (0, Array("MM\0*".utf8), "a TIFF image"),
        (0, Array("%PDF".utf8), "a PDF document"), (0, [0x93] + Array("NUMPY".utf8), "a NumPy array"),
        (0, Array("PK\u{3}\u{4}".utf8), "a zip archive, such as a checkpoint"),
        (0, [0x1f, 0x8b], "compressed with gzip"), (0, [0x7f] + Array("ELF".utf8), "a program"),
    ]

    /// What the file is, as the rest of a sentence that begins with "it is"; nil where its start does not tell.
    ///
    /// Texts are told as what they begin with.
    package static func name(ofFileStartingWith start: [UInt8]) -> String? {
        if start.isEmpty { return "empty" }
        if let known = signatures.first(where: { start.dropFirst($0.offset).starts(with: $0.bytes) }) {
            return known.name
        }
        guard let text = text(start) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.lowercased().hasPrefix("<!doctype html") || words.lowercased().hasPrefix("<html") {
            return "a web page"
        }
        return "a text that begins with “\(words.prefix(30))”"
    }

    /// The text that a file begins with; nil for anything else.
    private static func text(_ start: [UInt8]) -> String? {
        // The last character may be cut.
        let whole = start.count < startByteCount ? start[...] : start.dropLast(4)
        guard let text = String(validating: whole, as: UTF8.self) else { return nil }
        let isText = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || "\t\r\n".unicodeScalars.contains(scalar)
        }
        return isText ? text : nil
    }
}
