import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Writing feature files")
struct FeatureFileWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "features 特征") }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("what is written is read back, rows of any shape", arguments: ["a.npy", "A.NPY", "a.bin", "deep/a.bin"])
    func roundTrip(name: String) async throws {
        let path = folder.file(name)
        let writer = try FeatureFileWriter(path: path, rowShape: [2, 3])
        let rows: [[Float]] = [[1, 2, 3, 4, 5, 6], [0.1, -0.0, 1e-30, 7, 8, 9], [0, 0, 0, 0, 0, 0]]
        for row in rows { try await writer.write(row) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try await writer.finish()

        let file = try FeatureFile(path: path, defaultRowSize: 1)
        #expect(file.rowShape == [2, 3] && file.rowCount == 3)
        for row in rows { #expect(try await file.nextRow() == row) }
        #expect(try await file.nextRow() == nil)
    }

    @Test("a .bin is plain float32, and its JSON says what the older pipelines' do")
    func raw() async throws {
        let writer = try FeatureFileWriter(path: folder.file("a.bin"), rowShape: [2])
        for row: [Float] in [[1, -2], [0.5, 0]] { try await writer.write(row) }
        try await writer.finish()
        let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0, 0]
        #expect(try Data(contentsOf: URL(filePath: folder.file("a.bin"))) == Data(bytes))
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: folder.file("a.bin.json"))))
        let description = try #require(json as? [String: Any])
        #expect(Set(description.keys) == ["num_frames", "feature_size", "shape"])
        #expect(description["num_frames"] as? Int == 2 && description["feature_size"] as? Int == 2)
        #expect(description["shape"] as? [Int] == [2, 2])
        #expect(try names() == ["a.bin", "a.bin.json"])
    }

    @Test(
        "a name that says no format is refused before anything is written",
        arguments: ["a", "a.txt", "npy", "a.npy/", "", "a.npy\0.npy", "a.bin.json"])
    func badName(name: String) throws {
        let path = name.isEmpty ? "" : folder.file(name)
        let error = #expect(throws: FramegenError.self) { try FeatureFileWriter(path: path, rowShape: [2]) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(".npy or .bin") == true)
        #expect(try names() == [])
    }

    @Test("what is there already is replaced only when that is allowed, a .bin's JSON too")
    func overwriting() async throws {
        try folder.write([1], to: "a.npy")
        try folder.write([1], to: "b.bin.json")
        for (name, taken) in [("a.npy", "a.npy"), ("b.bin", "b.bin.json")] {
            let path = folder.file(name)
            let error = #expect(throws: FramegenError.self) { try FeatureFileWriter(path: path, rowShape: [1]) }
            #expect(error?.code == .cannotWrite)
            #expect(error?.message.contains("\(taken) already exists") == true)

            let writer = try FeatureFileWriter(path: path, rowShape: [1], overwrites: true)
            try await writer.write([7])
            #expect(try Data(contentsOf: URL(filePath: folder.file(taken))) == Data([1]))
            try await writer.finish()
            #expect(try await FeatureFile(path: path, defaultRowSize: 9).nextRow() == [7])
        }
        try FileManager.default.createDirectory(atPath: folder.file("c.npy"), withIntermediateDirectories: true)
        let error = #expect(throws: FramegenError.self) {
            try FeatureFileWriter(path: folder.file("c.npy"), rowShape: [1], overwrites: true)
        }
        #expect(error?.message.contains("c.npy is a folder") == true)
    }

    @Test("a file that has come into being meanwhile stays", arguments: ["a.npy", "a.bin"])
    func meanwhile(name: String) async throws {
        let writer = try FeatureFileWriter(path: folder.file(name), rowShape: [1])
        try await writer.write([1])
        try folder.write([9], to: name)
        let error = await #expect(throws: FramegenError.self) { try await writer.finish() }
        #expect(error?.code == .cannotWrite)
        #expect(try Data(contentsOf: URL(filePath: folder.file(name))) == Data([9]))
        #expect(try names() == [name])
    }

    @Test(
        "abandoned, refused a row or without rows it leaves nothing, and takes no more", arguments: ["a.npy", "a.bin"])
    func unfinished(name: String) async throws {
        for badRow: [Float]? in [nil, [1, 2, 3], [1], [.nan, 0], [0, -.infinity]] {
            let writer = try FeatureFileWriter(path: folder.file(name), rowShape: [2])
            try await writer.write([1, 2])
            if let badRow {
                let error = await #expect(throws: FramegenError.self) { try await writer.write(badRow) }
                #expect(error?.code == .invalidData)
                #expect(error?.message.contains("row 1 of \(folder.file(name))") == true)
            } else {
                await writer.abandon()
            }
            #expect(try names() == [])
            await #expect(throws: FramegenError.self) { try await writer.write([1, 2]) }
            await #expect(throws: FramegenError.self) { try await writer.finish() }
        }
        let writer = try FeatureFileWriter(path: folder.file(name), rowShape: [2])
        let error = await #expect(throws: FramegenError.self) { try await writer.finish() }
        #expect(error?.code == .cannotWrite)
        #expect(try names() == [])
    }

    @Test("a full disk leaves nothing", .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 64)
        for name in ["a.npy", "a.bin"] {
            let writer = try FeatureFileWriter(path: "\(disk.path)/\(name)", rowShape: [512])
            let error = await #expect(throws: FramegenError.self) {
                for _ in 0..<100 { try await writer.write([Float](repeating: 1, count: 512)) }
            }
            #expect(error?.code == .cannotWrite && error?.message.contains("No space left") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
        }
    }
}
