import Testing

@testable import FramegenServer

@Suite struct ByteRangeTests {
    @Test(
        "a range is the part that it names, as far as there is one",
        arguments: [
            ("bytes=0-0", ByteRange.part(0...0)), ("bytes=0-99", .part(0...99)), ("bytes=10-1000", .part(10...99)),
            ("bytes=99-", .part(99...99)), ("bytes=-1", .part(99...99)), ("bytes=-1000", .part(0...99)),
            ("Bytes= 5-6", .part(5...6)), ("bytes=0-99999999999999999999999", .part(0...99)),
            ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=5-4", .whole), ("bytes=-", .whole),
            ("bytes=0-1,5-6", .whole), ("bytes", .whole), ("", .whole), ("rows=0-1", .whole), ("bytes=a-b", .whole),
            ("bytes=0x1-2", .whole), ("bytes=1-2-3", .whole), ("bytes=+1-2", .whole), ("bytes=--1", .whole),
        ])
    func ranges(header: String, expected: ByteRange) { #expect(ByteRange(header, byteCount: 100) == expected) }

    @Test("an empty file has no part", arguments: ["bytes=0-", "bytes=-1"])
    func emptyFile(header: String) { #expect(ByteRange(header, byteCount: 0) == .unsatisfiable) }
}
