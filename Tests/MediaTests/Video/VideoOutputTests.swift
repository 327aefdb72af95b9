import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Where video files are written", .timeLimit(.minutes(5)))
struct VideoOutputTests {
    private static let size = ImageSize(width: 64, height: 48)
    private let folder: TemporaryFolder
    private let settings: VideoSettings

    init() throws {
        folder = try TemporaryFolder()
        settings = VideoSettings(frameRate: try #require(FrameRate(25)), preset: .ultrafast)
    }

    private func sink(_ path: String, overwrites: Bool = false) throws(FramegenError) -> VideoFileSink {
        try VideoFileSink(path: path, frameSize: Self.size, settings: settings, overwrites: overwrites)
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test("The file appears when it is finished; until then it is hidden, and missing folders are made")
    func appears() async throws {
        let path = folder.file("a/b/video.mp4")
        let sink = try sink(path)
        #expect(try names(folder.path) == [])
        try await sink.write(TestPictures.gradient(Self.size, 0), 0)
        #expect(try names(folder.file("a/b")) == [".video.mp4.partial"])
        try await sink.finish()
        #expect(try names(folder.file("a/b")) == ["video.mp4"])
        await sink.abandon()
        #expect(try VideoFrameReader(path: path).all().count == 1)
        await #expect(throws: FramegenError.self) { try await sink.finish() }
        await #expect(throws: FramegenError.self) { try await sink.write(TestPictures.gradient(Self.size, 1), 1) }
        #expect(try names(folder.file("a/b")) == ["video.mp4"])
    }

    @Test("Players find the index in front of the pictures")
    func fastStart() async throws {
        try await sink(folder.file("video.mp4")).writeGradients(20, Self.size)
        let bytes = try Data(contentsOf: URL(filePath: folder.file("video.mp4")))
        let index = try #require(bytes.range(of: Data("moov".utf8)))
        let pictures = try #require(bytes.range(of: Data("mdat".utf8)))
        #expect(index.lowerBound < pictures.lowerBound)
    }

    @Test("Nothing is left of a video that is abandoned, dropped or empty")
    func abandoned() async throws {
        let path = folder.file("video.mp4")
        let abandoned = try sink(path)
        try await abandoned.write(TestPictures.gradient(Self.size, 0), 0)
        await abandoned.abandon()
        #expect(try names(folder.path) == [])

        var dropped: VideoFileSink? = try sink(path)
        try await dropped?.write(TestPictures.gradient(Self.size, 0), 0)
        #expect(try names(folder.path) == [".video.mp4.partial"])
        dropped = nil
        #expect(try names(folder.path) == [])

        let empty = try sink(path)
        let error = await #expect(throws: FramegenError.self) { try await empty.finish() }
        #expect(error?.code == .cannotWrite)
        #expect(try names(folder.path) == [])
    }

    @Test("A file that is there is replaced only when asked, and only by a whole one")
    func overwriting() async throws {
        let path = try folder.write(Array("old".utf8), to: "video.mp4")
        let error = #expect(throws: FramegenError.self) { try sink(path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("\(path) already exists") == true)

        let abandoned = try sink(path, overwrites: true)
        try await abandoned.write(TestPictures.gradient(Self.size, 0), 0)
        await abandoned.abandon()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")

        try await sink(path, overwrites: true).writeGradients(3, Self.size)
        #expect(try VideoFrameReader(path: path).all().count == 3)
    }

    @Test("A file that came into being meanwhile is kept")
    func meanwhile() async throws {
        let path = folder.file("video.mp4")
        let sink = try sink(path)
        try await sink.write(TestPictures.gradient(Self.size, 0), 0)
        try folder.write(Array("other".utf8), to: "video.mp4")
        let error = await #expect(throws: FramegenError.self) { try await sink.finish() }
        #expect(error?.code == .cannotWrite)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "other")
        #expect(try names(folder.path) == ["video.mp4"])
    }

    @Test(
        "Names that are none for a video are refused",
        arguments: ["", "video", "video.avi", "a.mp4/", "mp4", "a\0.mp4"])
    func badNames(name: String) throws {
        let error = #expect(throws: FramegenError.self) { try sink(name.isEmpty ? "" : folder.file(name)) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(".mp4") == true)
    }

    @Test(
        "Whatever characters a name has, the file gets it",
        arguments: ["-y.mp4", "a:b%d.MOV", "späße 声.m4v", "#1?.mp4"])
    func oddNames(name: String) async throws {
        try await sink(folder.file(name)).writeGradients(2, Self.size)
        #expect(try names(folder.path) == [name])
    }

    @Test("Places that cannot be written to are refused with their name")
    func unwritable() throws {
        try FileManager.default.createDirectory(atPath: folder.file("folder.mp4"), withIntermediateDirectories: true)
        let error = #expect(throws: FramegenError.self) { try sink(folder.file("folder.mp4"), overwrites: true) }
        #expect(error?.code == .cannotWrite)

        let file = try folder.write([1], to: "file")
        let second = #expect(throws: FramegenError.self) { try sink("\(file)/video.mp4") }
        #expect(second?.code == .cannotWrite)
        #expect(second?.message.contains("\(file) is not a folder") == true)
    }

    @Test(
        "A full disk ends the video with the reason, and nothing is left",
        .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 64)
        let path = "\(disk.path)/video.mp4"
        let sink = try sink(path)
        let error = await #expect(throws: FramegenError.self) { try await sink.writeGradients(1000, Self.size) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message == "\(path) cannot be written: no space left on device")
        #expect(try names(disk.path) == [])
    }

    @Test("What stands under the partial file's name is not followed")
    func plantedLink() async throws {
        let precious = try folder.write(Array("precious".utf8), to: "precious")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(".video.mp4.partial"), withDestinationPath: precious)
        try await sink(folder.file("video.mp4")).writeGradients(2, Self.size)
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
        #expect(try names(folder.path) == ["precious", "video.mp4"])
    }

    @Test("Values out of range are refused")
    func badSettings() async throws {
        let path = folder.file("video.mp4")
        for (crf, threads) in [(-1, 1), (52, 1), (20, -1), (20, 1000)] {
            var settings = settings
            settings.crf = crf
            settings.threads = threads
            let error = #expect(throws: FramegenError.self) {
                try VideoFileSink(path: path, frameSize: Self.size, settings: settings)
            }
            #expect(error?.code == .invalidRequest)
        }
        for interval in [0, -1, 10_001] {
            var settings = settings
            settings.keyFrameInterval = interval
            let error = #expect(throws: FramegenError.self) {
                try VideoFileSink(path: path, frameSize: Self.size, settings: settings)
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("\(interval)") == true)
        }
        for side in [0, 1, -5, 16_385, Int.max] {
            let error = #expect(throws: FramegenError.self) {
                try VideoFileSink(path: path, frameSize: ImageSize(width: side, height: 64), settings: settings)
            }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("A frame of another size ends the video")
    func otherSize() async throws {
        let sink = try sink(folder.file("video.mp4"))
        try await sink.write(TestPictures.gradient(Self.size, 0), 0)
        let error = await #expect(throws: FramegenError.self) {
            try await sink.write(PixelImage(width: 64, height: 50), 1)
        }
        #expect(error?.code == .invalidRequest)
        #expect(try names(folder.path) == [])
    }
}
