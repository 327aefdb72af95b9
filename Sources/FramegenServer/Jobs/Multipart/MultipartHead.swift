import Foundation

/// What a part of a form says of itself.
struct MultipartHead: Equatable {
    /// The field.
    let name: String
    /// The file's name at the client; nil for a plain value.
    let fileName: String?

    /// Reads the lines of a head.
    ///
    /// - Throws: `Problem` with `.invalidRequest`.
    init(_ bytes: [UInt8]) throws(Problem) {
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw MultipartParser.malformed("a part's head is not UTF-8")
        }
        var disposition: HeaderValue?
        for line in text.components(separatedBy: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw MultipartParser.malformed("a part's head has a line that is no header") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard disposition == nil, let read = HeaderValue(value), read.value == "form-data" else {
                    throw MultipartParser.malformed("a part has no Content-Disposition of form-data, or several")
                }
                disposition = read
            case "content-transfer-encoding":
                guard ["binary", "8bit", "7bit"].contains(value.lowercased()) else {
                    throw MultipartParser.malformed("a part has another Content-Transfer-Encoding than binary")
                }
            default: break
            }
        }
        guard let disposition, let name = disposition.parameters["name"] else {
            throw MultipartParser.malformed("a part has no name")
        }
        self.name = name
        fileName = disposition.parameters["filename"]
    }
}

/// A header's value with parameters: `form-data; name="sound"`.
struct HeaderValue: Equatable {
    /// In lower case.
    let value: String
    /// By their names in lower case.
    let parameters: [String: String]

    /// Nil when it is malformed, or a parameter comes twice.
    init?(_ text: String) {
        var rest = Substring(text)
        let value = rest.prefix { $0 != ";" }
        rest = rest.dropFirst(value.count)
        self.value = value.trimmingCharacters(in: .whitespaces).lowercased()
        guard !self.value.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, rest.first == "=" else { return nil }
            rest = rest.dropFirst()
            guard let content = Self.content(&rest) else { return nil }
            guard parameters.updateValue(content, forKey: name.lowercased()) == nil else { return nil }
            rest = rest.drop { $0 == " " || $0 == "\t" }
        }
        guard rest.isEmpty else { return nil }
        self.parameters = parameters
    }

    private static func content(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            rest = rest.dropFirst(token.count)
            return token.isEmpty || token.contains("\"") ? nil : String(token)
        }
        rest = rest.dropFirst()
        var content = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return content
            case "\\":
                // Browsers of old send the whole Windows path of a file, with single backslashes.
                if let next = rest.first, next == "\"" || next == "\\" {
                    rest = rest.dropFirst(); content.append(next)
                } else {
                    content.append(character)
                }
            default: content.append(character)
            }
        }
        return nil
    }
}

/// The boundary of a multipart body.
enum MultipartBoundary {
    /// The boundary that a `Content-Type` names.
    ///
    /// - Throws: `Problem` with `.invalidRequest` when it has none that RFC 2046 allows.
    static func of(_ contentType: HeaderValue) throws(Problem) -> String {
        let others = Set("'()+_,-./:=? ".utf8)
        guard let boundary = contentType.parameters["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.last != " ",
            boundary.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: others.contains(byte)
                }
            })
        else { throw MultipartParser.malformed("its Content-Type has no boundary of 1 to 70 allowed characters") }
        return boundary
    }
}
