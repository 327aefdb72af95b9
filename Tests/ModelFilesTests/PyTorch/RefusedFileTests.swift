import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite struct RefusedFileTests {
    @Test("What cannot be opened is not found, with the reason")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        expectRefusal(of: folder.file("absent.pth"), .notFound, saying: "does not exist")
        expectRefusal(of: folder.path, .notFound, saying: "is a folder")
        expectRefusal(of: "/dev/null", .notFound, saying: "is a device")
        expectRefusal(of: "\(try folder.write([1], to: "file"))/x.pth", .notFound, saying: "does not exist")
        let empty = #expect(throws: FramegenError.self) { _ = try PyTorchCheckpoint.stateDict(at: "") }
        #expect(empty?.code == .notFound)
        let zero = #expect(throws: FramegenError.self) { _ = try PyTorchCheckpoint.stateDict(at: "a\0b") }
        #expect(zero?.code == .notFound)
    }

    @Test("A named pipe is refused and not waited for", .timeLimit(.minutes(1)))
    func namedPipe() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe.pth"), 0o600) == 0)
        expectRefusal(of: folder.file("pipe.pth"), .notFound, saying: "is a named pipe")
    }

    @Test("A pickle that names a command is refused by that name, and not executed")
    func commands() {
        expectRefusal(of: fixture("hostile.pth"), saying: "refuses to call posix.system: it can run commands")
        #expect(!FileManager.default.fileExists(atPath: "framegen-executed-a-pickle"))
    }

    @Test("A number of NumPy's beside the tensors is passed over")
    func numpyScalar() throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("numpy-scalar.pth"))
        #expect(stateDict.keys == ["weight"])
        #expect(try stateDict.tensor("weight") == eighths(2))
        #expect(stateDict.foreignNames.contains { $0.hasPrefix("numpy") })
    }

    @Test(
        "A checkpoint of another kind is refused with what it is",
        arguments: [
            ("legacy.pth", "before 1.6; re-save it with a recent PyTorch: torch.save(torch.load(path), path)"),
            ("torchscript.pt", "is a TorchScript archive (torch.jit.save)"),
            ("deflated.pth", "is compressed (zip method 8, deflate), expected a stored entry"),
        ])
    func otherCheckpoints(name: String, words: String) { expectRefusal(of: fixture(name), saying: words) }

    private static let files: [(content: [UInt8], words: String)] = [
        ([], "is empty"),
        (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8), "git lfs pull"),
        (Array("\n <!DOCTYPE HTML><html></html>".utf8), "is a web page"),
        (Array("<html>".utf8), "is a web page"),
        (little(UInt64(42)) + Array("{\"w\":{\"dtype\":\"F32\"".utf8), "is a safetensors file"),
        ([8, 7, 0x12, 7] + Array("pytorch".utf8), "is an ONNX model"),
        ([0x1f, 0x8b, 8, 0], "gzip"),
        ([UInt8](repeating: 0x61, count: 257) + Array("ustar\0".utf8), "is a tar archive"),
        ([0x80, 4, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x4e, 0x2e], "is a bare pickle"),
        (Array("\u{89}PNG".unicodeScalars.map { UInt8($0.value) }), "it is a PNG image"),
        ([0], "it begins with the bytes 00,"),
        (Array("PK\u{3}\u{4}".utf8), "is cut short"),
        (ZipFile(entries: []).bytes, "holds no data.pkl"),
        (ZipFile(entries: [.init(name: "run/unet.pth", bytes: [1])]).bytes, "run/unet.pth inside; unpack it first"),
        (
            ZipFile(entries: [.init(name: "a/data.pkl", bytes: [1]), .init(name: "b/data.pkl", bytes: [1])]).bytes,
            "data.pkl 2 times"
        ),
    ]

    @Test("What is no checkpoint at all is refused with what it is", arguments: files.indices)
    func otherFiles(index: Int) throws {
        let (content, words) = Self.files[index]
        let folder = try TemporaryFolder()
        expectRefusal(of: try folder.write(content, to: "x.pth"), saying: words)
    }

    // MARK: - Wrong zip archives

    private static let sound = ZipFile.checkpoint(
        pickle: Pickling.dictionary([
            ("w", Pickling.tensor(storage: Pickling.storage("0", elementCount: 4), shape: [4], strides: [1]))
        ]), storages: [[UInt8](repeating: 0, count: 16)])

    /// `sound` is accepted before `change` and refused after it.
    private func expectArchiveRefusal(
        after change: (inout ZipFile) -> Void, saying words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = try TemporaryFolder()
        var zip = Self.sound
        #expect(try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "sound.pth")).keys == ["w"])
        change(&zip)
        expectRefusal(
            of: try folder.write(zip.bytes, to: "x.pth"), saying: words, sourceLocation: sourceLocation)
    }

    @Test("An archive that contradicts itself or the file's size is refused")
    func wrongArchives() throws {
        try expectArchiveRefusal(after: { $0.entries[2].flags = 1 }, saying: "x/data/0 is encrypted")
        try expectArchiveRefusal(
            after: { $0.entries[2].method = 12 }, saying: "x/data/0 is compressed (zip method 12, bzip2)")
        try expectArchiveRefusal(after: { $0.entries[0].checksum = 1 }, saying: "x/data.pkl is damaged")
        try expectArchiveRefusal(after: { $0.entries[2].localName = "x/data/1" }, saying: "contradicts")
        try expectArchiveRefusal(after: { $0.entries[1].headerOffset = 0 }, saying: "x/data")
        try expectArchiveRefusal(after: { $0.entries[2].headerOffset = 1 << 31 }, saying: "x/data/0")
        try expectArchiveRefusal(after: { $0.entries[1].byteCount = 7 }, saying: "does not end before")
        try expectArchiveRefusal(after: { $0.entries[2].byteCount = 1 << 31 }, saying: "does not end before")
        try expectArchiveRefusal(after: { $0.entries[2].name = "x/byteorder" }, saying: "x/byteorder twice")
        try expectArchiveRefusal(after: { $0.entryCount = 2 }, saying: "holds 3 zip entries but names 2")
        try expectArchiveRefusal(after: { $0.directoryOffset = .max - 1 }, saying: "does not lie within")
        try expectArchiveRefusal(after: { $0.directoryByteCount = .max - 1 }, saying: "does not lie within")
        try expectArchiveRefusal(after: { $0.directoryOffset = 3 }, saying: "the zip directory")
        for size: UInt64 in [.max, 1 << 63, 1 << 62, 1 << 40] {
            try expectArchiveRefusal(
                after: {
                    $0.entries[2].isWide = true
                    $0.entries[2].byteCount = size
                }, saying: "x/data/0")
        }
    }

    @Test("A big-endian checkpoint is refused")
    func bigEndian() throws {
        try expectArchiveRefusal(
            after: { $0.entries[1].bytes = Array("big".utf8) }, saying: "byte order big, expected little")
    }
}
