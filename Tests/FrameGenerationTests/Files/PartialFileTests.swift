import Foundation
import FrameGeneration
import Synchronization
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
        let file = try PartialFile(folder.file("a"), overwrites: false)
        try file.append([1, 2, 3])
        try file.replace(at: 1, with: [9])
        try file.append([])
        try file.append([4])
        #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
        try file.finish()
        #expect(try bytes("a") == [1, 9, 3, 4])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test("may be what somebody else has written beside them", arguments: [true, false])
    func writtenByOthers(overwrites: Bool) throws {
        try folder.write([7], to: "other")
        try PartialFile(folder.file("a"), overwrites: overwrites).finish(with: folder.file("other"))
        #expect(try bytes("a") == [7])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test("by somebody else take no name that has been taken meanwhile, and leave nothing")
    func takenFromOthers() throws {
        try folder.write([7], to: "other")
        let file = try PartialFile(folder.file("a"), overwrites: false)
        try folder.write([8], to: "a")
        let error = #expect(throws: FramegenError.self) { try file.finish(with: folder.file("other")) }
        #expect(error?.code == .cannotWrite)
        #expect(try bytes("a") == [8])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test("follow no link under the hidden name")
    func plantedLink() throws {
        try folder.write([7], to: "precious")
        try FileManager.default.createSymbolicLink(
            atPath: FileName.hidden(for: folder.file("a")), withDestinationPath: folder.file("precious"))
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
                try PartialFile(folder.file(name), overwrites: overwrites).finish()
            }
            #expect(error?.code == .cannotWrite && error?.message.contains(folder.file(name)) == true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
        #expect(try bytes("b") == [7])
    }

    @Test("have one writer at a time; the other is refused, and disturbs nothing", arguments: [true, false])
    func oneWriter(overwrites: Bool) throws {
        let path = folder.file("a")
        let first = try PartialFile(path, overwrites: overwrites)
        try first.append([1])
        let error = #expect(throws: FramegenError.self) { try AtomicFile.write([2], to: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.hasPrefix("\(path) is being written by another run") == true)
        try first.finish()
        #expect(try bytes("a") == [1])
        try AtomicFile.write([2], to: path)
        #expect(try bytes("a") == [2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test("tell before any work that another run is writing, and do not disturb it by looking")
    func idle() throws {
        let path = folder.file("a")
        try OutputFile.checkIdle(path)
        let first = try PartialFile(path, overwrites: true)
        let error = #expect(throws: FramegenError.self) { try OutputFile.checkIdle(path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.hasPrefix("\(path) is being written by another run") == true)
        try first.append([1])
        try first.finish()
        try OutputFile.checkIdle(path)
        // What a killed run left is no run.
        try folder.write([7], to: URL(filePath: FileName.hidden(for: path)).lastPathComponent)
        try OutputFile.checkIdle(path)
        #expect(try bytes("a") == [1])
    }

    @Test("take a name while others look whether it is taken")
    func lookedAt() throws {
        let path = folder.file("a")
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            guard index == 0 else {
                while outcome.withLock({ $0 == nil }) { try? OutputFile.checkIdle(path) }
                return
            }
            let result = Result { for count in 0..<500 { try AtomicFile.write([UInt8(count % 256)], to: path) } }
            outcome.withLock { $0 = result }
        }
        try outcome.withLock { try #require($0) }.get()
        #expect(try bytes("a") == [UInt8(499 % 256)])
    }

    @Test(
        "make their folder where it is missing, and take it away again when they are let go", arguments: [true, false])
    func madeFolder(isFinished: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder.file("there"), withIntermediateDirectories: true)
        try folder.write([7], to: "there/b")
        do {
            let file = try PartialFile(folder.file("there/new/newer/a"), overwrites: false, makesFolder: true)
            try file.append([1])
            if isFinished { try file.finish() }
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        let made = isFinished ? ["there/new", "there/new/newer", "there/new/newer/a"] : []
        #expect(names == ["there", "there/b"] + made)
    }

    @Test("replace what a killed run left under the hidden name, a second name of a finished file too")
    func leftover() throws {
        try folder.write([7], to: "precious")
        #expect(link(folder.file("precious"), FileName.hidden(for: folder.file("a"))) == 0)
        try AtomicFile.write([1], to: folder.file("a"))
        #expect(try bytes("precious") == [7] && bytes("a") == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "precious"])
    }

    @Test("take no name that has come into being meanwhile, unless it may be replaced", arguments: [true, false])
    func meanwhile(overwrites: Bool) throws {
        let file = try PartialFile(folder.file("a"), overwrites: overwrites)
        try file.append([1])
        try folder.write([7], to: "a")
        if overwrites {
            try file.finish()
        } else {
            #expect(#expect(throws: FramegenError.self) { try file.finish() }?.code == .cannotWrite)
        }
        #expect(try bytes("a") == [overwrites ? 1 : 7])
    }

    @Test("give nobody else's file the name")
    func takenAway() throws {
        let file = try PartialFile(folder.file("a"), overwrites: true)
        try FileManager.default.removeItem(atPath: file.partialPath)
        try folder.write([7], to: URL(filePath: file.partialPath).lastPathComponent)
        #expect(#expect(throws: FramegenError.self) { try file.finish() }?.code == .cannotWrite)
        #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
        #expect(FileManager.default.fileExists(atPath: file.partialPath))
    }

    @Test("are written to where a link leads, also when there is nothing yet", arguments: [true, false])
    func throughLinks(isThere: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder.file("disk"), withIntermediateDirectories: true)
        if isThere { try folder.write([7], to: "disk/target") }
        for (name, target) in [("one", "disk/target"), ("two", folder.file("one"))] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
        }
        try AtomicFile.write([1], to: folder.file("two"))
        #expect(try bytes("disk/target") == [1])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("two")) == folder.file("one"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("disk")) == ["target"])
    }

    @Test(
        "may have names as long as the system allows, and those that begin alike are different files",
        arguments: ["x", "é", "文", "👩‍👩‍👧"])
    func longNames(letter: String) throws {
        let stem = String(repeating: letter, count: (255 - 1) / letter.utf8.count)
        let names = ["1", "2"].map { stem + String(repeating: "y", count: 254 - stem.utf8.count) + $0 }
        let files = try names.map { try PartialFile(folder.file($0), overwrites: false) }
        for (file, byte) in zip(files, [UInt8(1), 2]) { try file.append([byte]) }
        for file in files { try file.finish() }
        #expect(try names.map { try bytes($0) } == [[1], [2]])
    }

    @Test("a name that is too long, or in a file's place, is refused before any work")
    func impossibleNames() throws {
        let name = String(repeating: "x", count: 254) + ".x"
        try folder.write([7], to: "file")
        for path in [folder.file(name), folder.file("file/deep/a.x")] {
            let error = #expect(throws: FramegenError.self) {
                try OutputFile.check(path, contents: "letters", extensions: ["x"], overwrites: true)
            }
            #expect(error?.code == .cannotWrite && error?.message.contains(folder.path) == true)
        }
        try OutputFile.check(folder.file("new/deep/a.x"), contents: "letters", extensions: ["x"], overwrites: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test("an output that is an input too is refused, through links and other spellings as well")
    func inputs() throws {
        let input = try folder.write([7], to: "input")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: input)
        #expect(link(input, folder.file("second")) == 0)
        for path in [input, folder.file("link"), folder.file("second"), folder.file("./x/../input")] {
            let error = #expect(throws: FramegenError.self) { try OutputFile.checkApart(path, from: ["/", input]) }
            #expect(error?.code == .invalidRequest && error?.message.hasPrefix("\(path) is to be written") == true)
        }
        try OutputFile.checkApart(folder.file("other"), from: [input, folder.file("missing")])
    }

    @Test("a file of an input folder is not written through a link, and a new one beside it is")
    func inputFolders() throws {
        try FileManager.default.createDirectory(atPath: folder.file("in"), withIntermediateDirectories: true)
        let input = try folder.write([7], to: "in/a.x")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "in/a.x")
        for path in [input, folder.file("link")] {
            let error = #expect(throws: FramegenError.self) {
                try OutputFile.checkApart(path, from: [], andFilesIn: [folder.file("in")])
            }
            #expect(error?.code == .invalidRequest && error?.message.contains(path) == true)
        }
        try OutputFile.checkApart(folder.file("b.x"), from: [], andFilesIn: [folder.file("in")])
    }

    @Test("a folder that a run writes into is closed to others until its end")
    func folders() throws {
        func open() throws -> OutputFolder {
            try OutputFolder(path: folder.file("out"), contents: "letters", overwrites: true) { $0.hasSuffix(".x") }
        }
        var lock: OutputFolderLock? = try open().lock()
        try folder.write([1], to: "out/a.x")
        let error = #expect(throws: FramegenError.self) { _ = try open() }
        #expect(error?.message.contains("another run") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == ["a.x"])
        withExtendedLifetime(lock) {}
        lock = nil
        lock = try open().lock()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == [])
        // It was there before, with a file in it.
        lock = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    }

    @Test("a folder that a run has made and put nothing into is taken away with the run")
    func emptyFolder() throws {
        let output = try OutputFolder(path: folder.file("new/out"), contents: "letters", overwrites: false) { _ in true
        }
        var lock: OutputFolderLock? = try output.lock()
        #expect(FileManager.default.fileExists(atPath: folder.file("new/out")))
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
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
