import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Files that appear when they are whole")
struct PartialFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "files 文件") }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder.file(name))))
    }

    @Test("are written piece by piece, and their beginning may be replaced")
    func pieces() throws {
        let file = try PartialFile(folder.file("a"))
        try file.append([1, 2, 3])
        try file.replace(at: 1, with: [9])
        try file.append([])
        try file.append([4])
        #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
        try file.finish(overwrites: false)
        #expect(try bytes("a") == [1, 9, 3, 4])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test("follow no link under the hidden name")
    func plantedLink() throws {
        try folder.write([7], to: "precious")
        try FileManager.default.createSymbolicLink(
            atPath: AtomicFile.partialPath(for: folder.file("a")), withDestinationPath: folder.file("precious"))
        try AtomicFile.write([1], to: folder.file("a"))
        #expect(try bytes("precious") == [7])
        #expect(try bytes("a") == [1])
    }

    @Test("leave nothing when their name is a folder's, or has been taken")
    func taken() throws {
        try FileManager.default.createDirectory(atPath: folder.file("a"), withIntermediateDirectories: true)
        try folder.write([7], to: "b")
        for (name, overwrites) in [("a", true), ("b", false)] {
            let error = #expect(throws: FramegenError.self) {
                try PartialFile(folder.file(name)).finish(overwrites: overwrites)
            }
            #expect(error?.code == .cannotWrite && error?.message.contains(folder.file(name)) == true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
        #expect(try bytes("b") == [7])
    }

    @Test(
        "an output's name is checked before any work: its extension, and what is there",
        arguments: ["a.x", "b.Y", "c.z"])
    func outputName(name: String) throws {
        func check(_ name: String, overwrites: Bool = false) throws {
            try OutputFile.check(
                folder.file(name), contents: "letters", extensions: ["x", "y", "z"], overwrites: overwrites)
        }
        try check(name)
        let wrong = #expect(throws: FramegenError.self) { try check("\(name)w") }
        #expect(wrong?.code == .invalidRequest)
        #expect(wrong?.message.hasSuffix("is no name for letters, expected one that ends in .x, .y or .z") == true)
        try folder.write([7], to: name)
        #expect(#expect(throws: FramegenError.self) { try check(name) }?.code == .cannotWrite)
        try check(name, overwrites: true)
    }
}
