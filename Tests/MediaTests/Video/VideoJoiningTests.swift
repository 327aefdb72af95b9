import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Videos joined from segments", .timeLimit(.minutes(20)))
struct VideoJoiningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func movie(
        _ rate: String = "25", _ sampleRate: Int = 48_000, channels: Int = 2, frames: Int = 250
    ) throws -> TestMovie {
        TestMovie(
            rate: try #require(FrameRate(rate)),
            format: SoundTrackFormat(sampleRate: sampleRate, channelCount: channels), frameCount: frames)
    }

    private func writeWhole(_ movie: TestMovie) async throws -> String {
        let path = folder.file("whole.mp4")
        let sink = try VideoFileSink(
            path: path, frameSize: TestMovie.size, settings: movie.settings, sound: movie.format, overwrites: true)
        try await movie.write(to: sink)
        return path
    }

    private func tracks(_ path: String) throws -> (pictures: MP4Track, sound: MP4Track) {
        let tracks = MP4Track.all(try [UInt8](Data(contentsOf: URL(filePath: path))))
        return (
            try #require(tracks.first { $0.kind == "vide" }), try #require(tracks.first { $0.kind == "soun" })
        )
    }

    private func decodedSound(_ path: String) async throws -> [Float] {
        try await SoundFile(path: path, makes: .track).allPieces().track
    }

    @Test(
        "Three segments joined are the whole, sound to the sample",
        arguments: [("25", 48_000, 2), ("30000/1001", 44_100, 2), ("20", 16_000, 1)])
    func joined(rate: String, sampleRate: Int, channels: Int) async throws {
        let movie = try movie(rate, sampleRate, channels: channels)
        let whole = try await writeWhole(movie)
        let segments = try await movie.writeSegments([0, 83, 168], in: folder)
        let path = folder.file("joined.mp4")
        let summary = try VideoJoining.join([segments[2], segments[0], segments[1]], to: path)
        #expect(summary.segmentCount == 3)
        #expect(summary.frameCount == 250)

        let (expected, actual) = (try tracks(whole), try tracks(path))
        #expect(summary.soundPacketCount == expected.sound.sizes.count)
        #expect(actual.pictures.table("stts") == expected.pictures.table("stts"))
        #expect(actual.pictures.edits == expected.pictures.edits)
        #expect(actual.sound.table("stts") == expected.sound.table("stts"))
        #expect(actual.sound.edits == expected.sound.edits)
        #expect(actual.sound.sizes.count == expected.sound.sizes.count)
        let keys = try #require(actual.pictures.keySamples)
        #expect(Set([0, 83, 168]).isSubset(of: keys), "\(keys)")
        #expect(actual.pictures.times.sorted() == expected.pictures.times.sorted())

        let images = try VideoFrameReader(path: path).all()
        try #require(images.count == 250)
        for (index, image) in images.enumerated() {
            #expect(
                TestPictures.peakSignalToNoise(image, TestPictures.gradient(TestMovie.size, index)) > 35, "\(index)")
        }

        let (sound, wholeSound) = (try await decodedSound(path), try await decodedSound(whole))
        try #require(sound.count == wholeSound.count)
        let original = movie.allSound
        // What encoding costs anywhere; three times that noise is allowed: encoders vary, and at a border begin anew.
        let limit = movie.worstRatio(wholeSound[...], original[...]) - 5
        #expect(limit > 7, "\(limit) dB")
        let ratio = movie.worstRatio(sound[...], original[...])
        #expect(ratio > limit, "\(ratio) dB")
        #expect(movie.worstRatio(sound[...], wholeSound[...]) > limit)

        // A packet lost, or cut out, or a single sample too much at a border is far from that.
        let border = movie.format.firstSample(ofFrame: 83, at: movie.rate) / 1024 * 1024 * channels
        let packet = border..<border + 1024 * channels
        var (lost, cut, shifted) = (sound, sound, sound)
        lost.replaceSubrange(packet, with: repeatElement(0, count: packet.count))
        cut.removeSubrange(packet)
        shifted.insert(contentsOf: repeatElement(0, count: channels), at: border)
        for (damaged, name) in [(lost, "lost"), (cut, "cut"), (shifted, "shifted")] {
            let ratio = movie.worstRatio(damaged[...], original[...])
            #expect(ratio < limit, "\(name): \(ratio) dB")
        }
    }

    @Test("A segment can be played by itself, from its first frame on")
    func alone() async throws {
        let movie = try movie()
        let path = try await movie.writeSegments([0, 83, 168], in: folder)[1]
        let reader = try VideoFrameReader(path: path)
        #expect(abs((reader.info.videoSeconds ?? 0) - 3.4) < 1e-3)
        // The next segment has the sound of the last packets.
        let soundSeconds = reader.info.soundSeconds ?? 0
        #expect(soundSeconds <= 3.4 && soundSeconds > 3.4 - 0.064, "\(soundSeconds)")
        let images = try reader.all()
        try #require(images.count == 85)
        for (index, image) in images.enumerated() {
            let expected = TestPictures.gradient(TestMovie.size, 83 + index)
            #expect(TestPictures.peakSignalToNoise(image, expected) > 35)
        }
        let samples = try await decodedSound(path)
        let start = movie.format.firstSample(ofFrame: 83, at: movie.rate)
        let expected = movie.sound(start..<start + samples.count / 2).samples
        let ratio = movie.worstRatio(samples.dropFirst(2048), expected.dropFirst(2048))
        #expect(ratio > 10, "\(ratio) dB")
    }

    @Test("Segments that are shorter than a packet of sound, of one frame too, can be joined")
    func tiny() async throws {
        let movie = try movie("25", 8000, channels: 1, frames: 30)
        let segments = try await movie.writeSegments([0, 1, 2, 4, 5, 20], in: folder)
        let path = folder.file("joined.mp4")
        let summary = try VideoJoining.join(segments, to: path)
        let whole = try tracks(try await writeWhole(movie))
        #expect(summary.frameCount == 30)
        #expect(summary.soundPacketCount == whole.sound.sizes.count)
        #expect(try VideoFrameReader(path: path).all().count == 30)
        let joined = try tracks(path)
        #expect(joined.sound.table("stts") == whole.sound.table("stts"))
        let unit = joined.pictures.times.sorted()
        #expect(zip(unit, unit.dropFirst()).allSatisfy { $1 - $0 == unit[1] - unit[0] })
    }

    @Test("Silent segments, and a single one, can be joined")
    func silent() async throws {
        let movie = try movie(frames: 20)
        func write(_ number: Int, of count: Int, _ range: Range<Int>) async throws -> String {
            let path = folder.file("\(number)-\(count).mp4")
            let sink = try VideoFileSink(
                path: path, frameSize: TestMovie.size, settings: movie.settings,
                segment: VideoSegment(number: number, count: count, firstFrame: range.lowerBound))
            try await movie.write(range, to: sink)
            return path
        }
        let paths = [try await write(1, of: 2, 0..<13), try await write(2, of: 2, 13..<20)]
        let summary = try VideoJoining.join(paths, to: folder.file("joined.mp4"))
        #expect(summary.frameCount == 20 && summary.soundPacketCount == 0)
        #expect(try VideoFrameReader(path: folder.file("joined.mp4")).all().count == 20)
        let single = try await write(1, of: 1, 0..<4)
        #expect(try VideoJoining.join([single], to: folder.file("one.mp4")).frameCount == 4)
    }
}
