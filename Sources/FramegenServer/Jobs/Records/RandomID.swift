import Foundation

/// Names of uploads and jobs that nobody guesses: 128 random bits in 22 characters that a URL and a file name may hold.
enum RandomID {
    static let length = 22

    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return URLSafeBase64.text(of: bytes)
    }

    /// Whether a text, such as a client may send, can be one; what can not is never looked up.
    static func isValid(_ text: some StringProtocol) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy(URLSafeBase64.isDigit)
    }
}

/// Base64 without padding that needs no escape in a URL.
enum URLSafeBase64 {
    static func text(of bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy(isDigit) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding).map(Array.init)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
