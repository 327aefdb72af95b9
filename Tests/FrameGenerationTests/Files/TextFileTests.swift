import FrameGeneration
import TestSupport
import Testing

@Suite("Text files")
struct TextFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "text テキスト") }

    private func text(_ bytes: [UInt8]) throws -> String {
        try TextFile.text(at: try folder.write(bytes, to: "a.txt"), limitInBytes: 64)
    }

    @Test("lose the byte-order mark of UTF-8 at their start, and nothing else")
    func mark() throws {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        #expect(try text(mark + Array("é 1\r\n".utf8)) == "é 1\r\n")
        #expect(try text(Array("é 1\r\n".utf8)) == "é 1\r\n")
        #expect(try text(mark).isEmpty && text([]).isEmpty)
        #expect(try Array(text(mark + mark + Array("1".utf8)).unicodeScalars) == ["\u{feff}", "1"])
        // No mark, only the beginning of one.
        #expect(try text([0xef, 0xbb, 0x31]) == "\u{fffd}1")
    }

    @Test(
        "in another encoding are named as that",
        arguments: [
            ([0xff, 0xfe, 0x31, 0], "UTF-16"), ([0xfe, 0xff, 0, 0x31], "UTF-16"), ([0xff, 0xfe], "UTF-16"),
            ([0xff, 0xfe, 0, 0, 0x31, 0, 0, 0], "UTF-32"), ([0, 0, 0xfe, 0xff, 0, 0, 0, 0x31], "UTF-32"),
        ] as [([UInt8], String)])
    func otherEncodings(bytes: [UInt8], name: String) throws {
        let error = #expect(throws: FramegenError.self) { try text(bytes) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("\(folder.file("a.txt")) is text in \(name), ") == true)
        #expect(error?.message.hasSuffix("expected UTF-8") == true)
    }

    @Test("longer than allowed are refused")
    func length() throws {
        #expect(throws: FramegenError.self) { try text([UInt8](repeating: 0x31, count: 65)) }
    }
}
