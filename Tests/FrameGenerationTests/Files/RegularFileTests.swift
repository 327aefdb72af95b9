import FrameGeneration
import TestSupport
import Testing

@Suite("Files that are read by offset")
struct RegularFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "files 文件") }

    @Test("give numbers as they lie in memory")
    func values() throws {
        let floats: [Float] = [1, -2.5, .infinity, 0]
        let file = try PartialFile(folder.file("a"), overwrites: true, mark: "mine")
        try file.append([7, 7, 7])
        try file.append(bytesOf: floats.span)
        try file.finish()
        let read = try RegularFile(folder.file("a"))
        #expect(try read.values(Float.self, count: 4, at: 3) == PageArray(floats))
        #expect(try read.values(UInt32.self, count: 1, at: 7) == [floats[1].bitPattern])
        #expect(try read.values(Float.self, count: 0, at: 19).isEmpty)
    }

    @Test(
        "have no values beyond their end, however many are asked for",
        arguments: [(5, 0), (4, 1), (1, 17), (-1, 0), (1, -4), (.max, 0), (.max / 4, 4), (1, .max)])
    func beyondTheEnd(count: Int, offset: Int) throws {
        let file = try RegularFile(try folder.write([UInt8](repeating: 0, count: 16), to: "a"))
        let error = #expect(throws: FramegenError.self) { try file.values(Float.self, count: count, at: offset) }
        #expect(error?.code == .invalidData && error?.message.contains(file.path) == true)
    }
}
