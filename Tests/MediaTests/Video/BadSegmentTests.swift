import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Segments that do not fit", .timeLimit(.minutes(20)))
struct BadSegmentTests {
    private let folder: TemporaryFolder
    private let movie: TestMovie
    private let whole: String

    init() throws {
        folder = try TemporaryFolder()
        whole = folder.file("joined.mp4")
        movie = TestMovie(
            rate: try #require(FrameRate(25)), format: SoundTrackFormat(sampleRate: 16_000, channelCount: 1),
            frameCount: 30)
    }

    private func expectRefusal(_ paths: [String], _ code: FramegenError.Code, _ parts: String...) {
        let error = #expect(throws: FramegenError.self) { try VideoJoining.join(paths, to: whole) }
        #expect(error?.code == code)
        for part in parts {
            #expect(error?.message.contains(part) == true, "\(part) in: \(error?.message ?? "")")
        }
        #expect(!FileManager.default.fileExists(atPath: whole))
        let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        #expect(!left.contains { $0.hasSuffix(".partial") })
    }

    @Test("Segments that are missing, there twice, or of another video are named")
    func incomplete() async throws {
        let segments = try await movie.writeSegments([0, 10, 20], in: folder)
        let halves = try await movie.writeSegments([0, 15], in: folder, named: "half")
        expectRefusal([], .invalidRequest, "no segments")
        expectRefusal([segments[0], segments[2]], .invalidRequest, "segment 2 of 3 is missing")
        expectRefusal([segments[1], segments[2]], .invalidRequest, "segment 1 of 3 is missing")
        expectRefusal([segments[0], segments[1]], .invalidRequest, "segment 3 of 3 is missing")
        expectRefusal(segments + [segments[1]], .invalidRequest, segments[1], "both segment 2")
        expectRefusal([segments[0], halves[1], segments[2]], .invalidRequest, halves[1], "expected one of 3")
        let shifted = try await movie.writeSegments([0, 11, 20], in: folder, named: "shifted")
        expectRefusal(
            [segments[0], shifted[1], segments[2]], .invalidData, shifted[1], "first frame 11, expected 10", segments[0]
        )
    }

    @Test("Segments of another size, rate, preset or sound are named")
    func different() async throws {
        let first = try await movie.writeSegments([0, 15], in: folder)[0]
        let large = try await movie.writeSegments(
            [0, 15], in: folder, size: ImageSize(width: 66, height: 48), named: "large")[1]
        expectRefusal([first, large], .invalidData, large, "66×48, expected 64×48")
        let faster = TestMovie(rate: try #require(FrameRate(30)), format: movie.format, frameCount: 30)
        let fast = try await faster.writeSegments([0, 15], in: folder, named: "fast")[1]
        expectRefusal([first, fast], .invalidData, fast, "30, expected 25")
        let stereo = TestMovie(
            rate: movie.rate, format: SoundTrackFormat(sampleRate: 16_000, channelCount: 2), frameCount: 30)
        let wide = try await stereo.writeSegments([0, 15], in: folder, named: "wide")[1]
        expectRefusal([first, wide], .invalidData, wide, "channels: 2, expected", "channels: 1")

        let other = folder.file("other.mp4")
        let sink = try VideoFileSink(
            path: other, frameSize: TestMovie.size, settings: VideoSettings(frameRate: movie.rate, preset: .ultrafast),
            sound: movie.format, segment: VideoSegment(number: 2, count: 2, firstFrame: 15))
        try await movie.write(15..<30, to: sink)
        expectRefusal([first, other], .invalidData, other, "other settings")
    }

    @Test("Files that are no segments, or damaged ones, are named")
    func notSegments() async throws {
        let segments = try await movie.writeSegments([0, 15], in: folder)
        let talk = Fixtures.path("media/talk.mp4")
        expectRefusal([segments[0], talk], .invalidData, talk, "is not a segment")
        let text = try folder.write(Array("segment".utf8), to: "text.mp4")
        expectRefusal([text], .invalidData, text)
        expectRefusal([folder.file("none.mp4")], .notFound, folder.file("none.mp4"))

        let bytes = try [UInt8](Data(contentsOf: URL(filePath: segments[1])))
        let cut = try folder.write(Array(bytes.prefix(bytes.count * 2 / 3)), to: "cut.mp4")
        expectRefusal([segments[0], cut], .invalidData, cut, "expected 15")
        // Its mark says another number of frames.
        let text15 = Data("\"frameCount\":15".utf8)
        let place = try #require(Data(bytes).range(of: text15))
        var wrong = Data(bytes)
        wrong.replaceSubrange(place, with: Data("\"frameCount\":99".utf8))
        let lying = try folder.write([UInt8](wrong), to: "lying.mp4")
        expectRefusal([segments[0], lying], .invalidData, lying, "15 pictures, expected 99")
    }

    @Test("Whatever is flipped in a segment, a video or an error comes out")
    func damage() async throws {
        let segments = try await movie.writeSegments([0, 15], in: folder)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: segments[1])))
        for round in 0..<60 {
            var flipped = bytes
            // Within the index, which is in front.
            for step in 1...6 { flipped[(round * 7919 + step * step * 613) % 2500] ^= 1 << UInt8(step) }
            let path = try folder.write(flipped, to: "flipped.mp4")
            do {
                _ = try VideoJoining.join([segments[0], path], to: whole, overwrites: true)
            } catch {
                #expect(error.code == .invalidData || error.code == .invalidRequest || error.code == .cannotWrite)
            }
        }
    }

    @Test("What is there is replaced only when asked, and a segment never")
    func overwriting() async throws {
        let segments = try await movie.writeSegments([0, 15], in: folder)
        let error = #expect(throws: FramegenError.self) {
            try VideoJoining.join(segments, to: segments[1], overwrites: true)
        }
        #expect(error?.code == .invalidRequest)
        try folder.write(Array("old".utf8), to: "joined.mp4")
        let second = #expect(throws: FramegenError.self) { try VideoJoining.join(segments, to: whole) }
        #expect(second?.code == .cannotWrite)
        #expect(try VideoJoining.join(segments, to: whole, overwrites: true).frameCount == 30)
        #expect(try VideoFrameReader(path: whole).all().count == 30)
    }

    @Test(
        "A full disk ends joining with the reason, and nothing is left",
        .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let segments = try await movie.writeSegments([0, 15], in: folder)
        let disk = try SmallDisk(sizeInKilobytes: 8)
        let path = "\(disk.path)/joined.mp4"
        let error = #expect(throws: FramegenError.self) { try VideoJoining.join(segments, to: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message == "\(path) cannot be written: no space left on device")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    }

    @Test(
        "Segments that cannot be are refused",
        arguments: [(0, 2, 0), (3, 2, 9), (1, 0, 0), (1, 20_000, 0), (2, 2, 0), (1, 2, 5), (2, 2, -1), (2, 2, Int.max)])
    func impossible(number: Int, count: Int, firstFrame: Int) {
        let error = #expect(throws: FramegenError.self) {
            try VideoFileSink(
                path: whole, frameSize: TestMovie.size, settings: movie.settings, sound: movie.format,
                segment: VideoSegment(number: number, count: count, firstFrame: firstFrame))
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test("A segment wants the sound before it, and the sound of its own frames")
    func sound() async throws {
        func sink() throws -> VideoFileSink {
            try VideoFileSink(
                path: whole, frameSize: TestMovie.size, settings: movie.settings, sound: movie.format,
                segment: VideoSegment(number: 2, count: 2, firstFrame: 15))
        }
        let lead = movie.lead(15)
        let without = await #expect(throws: FramegenError.self) { try await sink().write(movie.frame(15)) }
        #expect(without?.code == .invalidRequest)
        #expect(without?.message.contains("lacks the sound before it") == true)

        let short = movie.sound(lead.end - 1000..<lead.end)
        let tooShort = await #expect(throws: FramegenError.self) { try await sink().write(soundBefore: short) }
        #expect(tooShort?.message.contains("expected 0 to 9600") == true, "\(tooShort?.message ?? "")")

        let other = try sink()
        try await other.write(soundBefore: lead)
        let wrong = await #expect(throws: FramegenError.self) { try await other.write(movie.frame(16)) }
        #expect(wrong?.message.contains("frame 15 has the sound of samples 10240 to 10880, expected 9600 to") == true)
    }
}
