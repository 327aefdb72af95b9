/// What a file is, told from its first bytes, for errors that must say what was found instead of what was expected.
package struct FileContent {
    /// What such files are given to framegen as.
    package enum Role: Sendable {
        case sound
        /// A zip archive, as `torch.save` writes them: weights of a generator or of the audio encoder.
        case checkpoint
        /// A network with its weights.
        case model
        case features
    }

    /// The rest of a sentence that begins with "it is".
    package let name: String
    /// Nil for what no command takes.
    package let role: Role?

    /// Bytes that tell enough.
    package static let startByteCount = 512

    /// What begins with each of these, at its offset; the first that fits counts.
    private static let signatures: [(offset: Int, bytes: [UInt8], content: FileContent)] = [
        (0, [0xff, 0xd8, 0xff], Self("a JPEG image")), (0, [0x89] + Array("PNG".utf8), Self("a PNG image")),
        (0, Array("GIF8".utf8), Self("a GIF image")), (8, Array("WEBP".utf8), Self("a WebP image")),
        (4, Array("ftypheic".utf8), Self("an HEIC image")), (4, Array("ftypheix".utf8), Self("an HEIC image")),
        (4, Array("ftypmif1".utf8), Self("a HEIF image")),
        (0, [0, 0, 0, 12] + Array("jP  ".utf8), Self("a JPEG 2000 image")),
        (0, [0xff, 0x0a], Self("a JPEG XL image")), (4, Array("JXL ".utf8), Self("a JPEG XL image")),
        (4, Array("ftypavif".utf8), Self("an AVIF image")),
        (0, Array("II*\0".utf8), Self("a TIFF image")), (0, Array("MM\0*".utf8), Self("a TIFF image")),
        (0, Array("%PDF".utf8), Self("a PDF document")), (0, [0x7f] + Array("ELF".utf8), Self("a program")),
        (0, [0x1f, 0x8b], Self("compressed with gzip")),
        (0, [0x93] + Array("NUMPY".utf8), Self("a NumPy array", .features)),
        (0, Array("PK\u{3}\u{4}".utf8), Self("a zip archive, such as a checkpoint", .checkpoint)),
        (8, Array("WAVE".utf8), Self("a WAV sound", .sound)), (0, Array("fLaC".utf8), Self("a FLAC sound", .sound)),
        (0, Array("OggS".utf8), Self("an Ogg sound", .sound)), (0, Array("ID3".utf8), Self("an MP3 sound", .sound)),
        (8, Array("AIFF".utf8), Self("an AIFF sound", .sound)), (8, Array("AVI ".utf8), Self("an AVI video", .sound)),
        (4, Array("ftyp".utf8), Self("an MP4 or QuickTime video or sound", .sound)),
        (0, [0x1a, 0x45, 0xdf, 0xa3], Self("a Matroska or WebM video or sound", .sound)),
    ]

    private init(_ name: String, _ role: Role? = nil) {
        self.name = name
        self.role = role
    }

    /// What a file is, nil where its start does not tell; texts are told as what they begin with.
    ///
    /// - Parameter start: its first `startByteCount` bytes, or all of it.
    package init?(startingWith start: [UInt8]) {
        if start.isEmpty {
            self.init("empty")
        } else if let known = Self.signatures.first(where: { start.dropFirst($0.offset).starts(with: $0.bytes) }) {
            self = known.content
        } else if start.starts(with: Array("BM".utf8)), start.dropFirst(6).starts(with: [0, 0, 0, 0]) {
            self.init("a BMP image")
        } else if Self.isUTF16(start) {
            self.init("a text in UTF-16")
        } else if Self.isONNX(start) {
            self.init("an ONNX model", .model)
        } else if let text = Self.text(start) {
            self.init(Self.name(ofText: text))
        } else {
            return nil
        }
    }

    /// - Throws: `FramegenError` when the file cannot be read.
    package init?(of file: RegularFile) throws(FramegenError) {
        self.init(startingWith: try file.bytes(in: 0..<min(file.byteCount, Self.startByteCount)))
    }

    /// A protocol buffer whose first field is ONNX's `ir_version`, followed by one of the fields that come next.
    private static func isONNX(_ start: [UInt8]) -> Bool {
        start.count > 2 && start[0] == 0x08 && (1...20).contains(start[1])
            && [0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42].contains(start[2])
    }

    private static func name(ofText text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let start = words.lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "a web page" }
        if ["#extm3u", "[playlist]", "ffconcat version"].contains(where: start.hasPrefix) {
            return "a list of other files"
        }
        return "a text that begins with “\(words.prefix(30))”"
    }

    /// What a file is, or what it begins with where that does not tell.
    ///
    /// - Parameter start: its first `startByteCount` bytes, or all of it.
    /// - Returns: the rest of a sentence, such as "is a WAV sound" or "begins with the bytes 00 01 02 03".
    package static func words(ofFileStartingWith start: [UInt8]) -> String {
        FileContent(startingWith: start).map { "is \($0.name)" } ?? bytes(ofFileStartingWith: start)
    }

    /// What a file begins with, as the rest of a sentence: "begins with the bytes 00 01 02 03".
    package static func bytes(ofFileStartingWith start: [UInt8]) -> String {
        let bytes = start.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "begins with the bytes \(bytes.joined(separator: " "))"
    }

    /// The text that a file begins with; nil for anything else.
    private static func text(_ start: [UInt8]) -> String? {
        // The last character may be cut.
        let cuts = start.count < startByteCount ? 0...0 : 0...3
        let texts = cuts.lazy.compactMap { String(validating: start.dropLast($0), as: UTF8.self) }
        return texts.first.flatMap { isText($0) ? $0 : nil }
    }

    /// A byte-order mark alone tells too little: sound may begin with these two bytes as well.
    private static func isUTF16(_ start: [UInt8]) -> Bool {
        let isLittleEndian = start.starts(with: [0xff, 0xfe])
        guard isLittleEndian || start.starts(with: [0xfe, 0xff]) else { return false }
        let units = stride(from: 2, to: start.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(start[index]), UInt16(start[index + 1]))
            return isLittleEndian ? second << 8 | first : first << 8 | second
        }
        // The last character may be cut.
        let texts = (0...1).lazy.compactMap { String(validating: units.dropLast($0), as: UTF16.self) }
        return texts.first.map(isText) ?? false
    }

    /// Terminals' colours and the page breaks of printers are texts' too.
    private static func isText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || "\t\r\n\u{1b}\u{c}".unicodeScalars.contains(scalar)
        }
    }
}
