import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Folders that appear when they are whole")
struct PartialFolderTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("a") }

    init() throws { folder = try TemporaryFolder(named: "folders 文件夹") }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func filled(_ content: String, overwrites: Bool) throws -> PartialFolder {
        let partial = try PartialFolder(path, overwrites: overwrites)
        try Data(content.utf8).write(to: URL(filePath: "\(partial.partialPath)/content"))
        return partial
    }

    private func content() throws -> String { try String(contentsOfFile: "\(path)/content", encoding: .utf8) }

    @Test("are filled under a hidden name, and replace an older one with all that is in it")
    func replaced() throws {
        let first = try filled("first", overwrites: false)
        #expect(try !names().contains("a"))
        try first.finish()
        #expect(try names() == ["a"] && content() == "first")
        try folder.write([1], to: "a/more")
        try filled("second", overwrites: true).finish()
        #expect(try names() == ["a"] && content() == "second")
        #expect(!FileManager.default.fileExists(atPath: folder.file("a/more")))
    }

    @Test("leave nothing when they are let go")
    func abandoned() throws {
        do { _ = try filled("lost", overwrites: true) }
        #expect(try names() == [])
    }

    @Test("make the folders above where they are missing, and take them away again when they are let go")
    func madeFolders() throws {
        for isFinished in [false, true] {
            let partial = try PartialFolder(folder.file("new/newer/a"), overwrites: false)
            if isFinished { try partial.finish() }
        }
        #expect(try names() == ["new"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("new/newer")) == ["a"])
        do { _ = try PartialFolder(folder.file("other/a"), overwrites: false) }
        #expect(try names() == ["new"])
    }

    @Test("are called by their final name in errors of what is in them")
    func filling() throws {
        let partial = try PartialFolder(path, overwrites: false)
        let error = #expect(throws: FramegenError.self) {
            try partial.fill { path throws(FramegenError) in try AtomicFile.write([1], to: "\(path)/missing/b") }
        }
        #expect(error?.message == "\(path)/missing/b cannot be written: No such file or directory")
    }

    @Test("leave alone what has taken their name meanwhile", arguments: [true, false])
    func taken(byFolder: Bool) throws {
        do {
            let late = try filled("late", overwrites: false)
            if byFolder {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try folder.write([7], to: "a/content")
            } else {
                try folder.write([7], to: "a")
            }
            let error = #expect(throws: FramegenError.self) { try late.finish() }
            #expect(error?.code == .cannotWrite && error?.message.contains(path) == true)
        }
        #expect(try names() == ["a"])
        #expect(FileManager.default.contents(atPath: byFolder ? "\(path)/content" : path) == Data([7]))
    }

    @Test("have one writer at a time, and take the place of what a killed one left")
    func oneWriter() throws {
        let hidden = FileName.hidden(for: path)
        try FileManager.default.createDirectory(atPath: hidden, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(hidden)/left"))
        let first = try filled("first", overwrites: false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: hidden) == ["content"])
        let error = #expect(throws: FramegenError.self) { try PartialFolder(path, overwrites: true) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.hasPrefix("\(path) is being written by another run") == true)
        try first.finish()
        #expect(try content() == "first")
    }

    @Test("follow no link under the hidden name, and replace no folder of another kind")
    func planted() throws {
        try FileManager.default.createDirectory(atPath: folder.file("precious"), withIntermediateDirectories: true)
        try folder.write([7], to: "precious/file")
        try FileManager.default.createSymbolicLink(
            atPath: FileName.hidden(for: path), withDestinationPath: folder.file("precious"))
        try filled("first", overwrites: false).finish()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("precious")) == ["file"])
        for (name, overwrites, isOurs) in [
            ("precious", true, false), ("a", false, true), ("precious/file", true, true),
        ] {
            let error = #expect(throws: FramegenError.self) {
                try PartialFolder.checkFree(
                    folder.file(name), contents: "a package", overwrites: overwrites, isReplaceable: { _ in isOurs })
            }
            #expect(error?.code == .cannotWrite && error?.message.contains(folder.file(name)) == true)
        }
    }
}
