import Testing

@testable import FramegenServer

@Suite struct MultipartParserTests {
    /// A part as a whole.
    private struct Part: Equatable {
        var name: String
        var fileName: String?
        var bytes: [UInt8] = []
    }

    /// Feeds the body in pieces, and puts the parts together.
    private func parts(_ pieces: [[UInt8]], boundary: String) throws -> [Part] {
        var parser = MultipartParser(boundary: boundary)
        var parts: [Part] = []
        var isOpen = false
        for piece in pieces {
            for event in try parser.consume(piece) {
                switch event {
                case .partBegan(let head):
                    #expect(!isOpen)
                    isOpen = true
                    parts.append(Part(name: head.name, fileName: head.fileName))
                case .data(let bytes):
                    #expect(isOpen && !bytes.isEmpty)
                    parts[parts.count - 1].bytes += bytes
                case .partEnded: isOpen = false
                case .ended: #expect(!isOpen)
                }
            }
        }
        try parser.finish()
        return parts
    }

    private static let boundary = "--b"
    /// Content that is nearly a boundary, again and again.
    private static let tricky = Array("\r\r\n\r\n--\r\n----\r\n----a\r\n--b\r\n\r\n---".utf8)
    private static let body =
        Array("----b\r\nContent-Disposition: form-data; name=\"avatar\"\r\n\r\ndemo\r\n".utf8)
        + Array("----b\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n".utf8)
        + Array(
            "----b\r\nContent-Disposition: form-data; name=\"sound\"; filename=\"a \\\"b\\\" c.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
                .utf8) + tricky + Array("\r\n----b--\r\n".utf8)
    private static let expected = [
        Part(name: "avatar", bytes: Array("demo".utf8)), Part(name: "empty"),
        Part(name: "sound", fileName: "a \"b\" c.wav", bytes: tricky),
    ]

    @Test("parts are the same wherever the body is cut in two")
    func everyCut() throws {
        for cut in 0...Self.body.count {
            let pieces = [Array(Self.body[..<cut]), Array(Self.body[cut...])]
            #expect(try parts(pieces, boundary: Self.boundary) == Self.expected, "cut at \(cut)")
        }
    }

    @Test("parts are the same whatever the size of the pieces", arguments: 1...20)
    func pieces(size: Int) throws {
        let pieces = stride(from: 0, to: Self.body.count, by: size).map { start in
            Array(Self.body[start..<min(start + size, Self.body.count)])
        }
        #expect(try parts(pieces, boundary: Self.boundary) == Self.expected)
    }

    @Test("a body without the last line break, or without parts, is whole", arguments: ["----b--", "----b--\r\n"])
    func noParts(body: String) throws {
        #expect(try parts([Array(body.utf8)], boundary: Self.boundary).isEmpty)
    }

    @Test(
        "hostile bodies are refused",
        arguments: [
            "", "--", "----b", "----b\r\n", "text", "\r\n\r\n----b--", "preamble\r\n----b--", "----b--\r\nmore",
            "----b--\r\n\r\n", "----bb\r\n", "----b \r\n\r\n\r\n----b--",
            "----b\nContent-Disposition: form-data; name=a\n\n",
            "----b\r\n\r\n\r\n----b--", "----b\r\nContent-Disposition: form-data\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a\r\n\r\ncontent", "----b\r\nno header\r\n\r\n\r\n----b--",
            "----b\r\nContent-Disposition: form-data; name=a\r\n\r\ncontent\r\n----b",
            "----b\r\nContent-Disposition: form-data; name=a\r\n\r\ncontent\r\n----b-",
        ])
    func hostile(body: String) {
        for size in [1, 7, 1000] {
            let bytes = Array(body.utf8)
            let pieces = stride(from: 0, to: bytes.count, by: size).map { start in
                Array(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(throws: Problem.self) { try parts(pieces, boundary: Self.boundary) }
        }
    }

    @Test("a head without an end is refused before it fills the memory")
    func endlessHead() throws {
        var parser = MultipartParser(boundary: "b")
        _ = try parser.consume(Array("--b\r\nX: ".utf8))
        #expect(throws: Problem.self) {
            for _ in 1...100 { _ = try parser.consume([UInt8](repeating: UInt8(ascii: "x"), count: 100)) }
        }
    }

    @Test("content is given out as it comes, but for what may be a boundary")
    func noHoarding() throws {
        var parser = MultipartParser(boundary: "b")
        _ = try parser.consume(Array("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8))
        for _ in 1...100 {
            let events = try parser.consume([UInt8](repeating: 0x0D, count: 1000))
            let count = events.reduce(0) { count, event in
                if case .data(let bytes) = event { count + bytes.count } else { count }
            }
            #expect(count >= 999)
        }
    }

    @Test("boundaries are what RFC 2046 allows")
    func boundaries() throws {
        func boundary(_ type: String) throws -> String {
            try MultipartBoundary.of(try #require(HeaderValue("multipart/form-data; " + type)))
        }
        #expect(try boundary("boundary=----x'()1") == "----x'()1")
        #expect(try boundary("charset=utf-8; Boundary=\"a b:c\"") == "a b:c")
        for type in [
            "boundary=\"\"", "charset=utf-8", "boundary=\"a \"", "boundary=\"a\u{E9}\"", "boundary=\"a\\\\b\"",
            "boundary=" + String(repeating: "a", count: 71),
        ] {
            #expect(throws: Problem.self) { try boundary(type) }
        }
    }
}
