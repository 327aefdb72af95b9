import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Time stamps of sound", .timeLimit(.minutes(2)))
struct SoundGapTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three seconds that nowhere repeat and are nowhere silent, as 16 bits hold them.
    private let words = (0..<48_000).map { Float($0 * 7919 % 30_011 + 100) / 32768 }

    private func file(_ movie: MatroskaFile, _ name: String = "talk.mkv") throws -> SoundFile {
        try SoundFile(path: folder.write(movie.bytes, to: name))
    }

    /// The words in packets of 20 ms, of which those from the second second on are later, or earlier.
    private func shifted(by milliseconds: Int, start: Int = 0) -> MatroskaFile {
        var movie = MatroskaFile(words, sampleRate: 16_000, start: start)
        for index in movie.packets.indices where movie.packets[index].milliseconds - start >= 1000 {
            movie.packets[index].milliseconds += milliseconds
        }
        return movie
    }

    @Test("A gap is filled with silence, in both forms", arguments: [80, 1000, 59_900], [0, 7000])
    func gap(milliseconds: Int, start: Int) async throws {
        let file = try file(shifted(by: milliseconds, start: start))
        let gap = [Float](repeating: 0, count: 16 * milliseconds)
        let expected = words[..<16_000] + gap + words[16_000...]
        let sound = try await file.allPieces()
        #expect(sound.speech == Array(expected))
        #expect(sound.track == Array(expected))
        #expect(sound.largest.speech <= 8000)
        #expect(await file.newWarnings(isOver: true).isEmpty)
    }

    @Test("A gap of an MP4 file is filled to the sample, and the file's own length comes true")
    func movieGap() async throws {
        var packets = stride(from: 0, to: 48_000, by: 1000).map { first in
            SoundMovie.Packet(duration: 1000, samples: words[first..<first + 1000].map(Double.init))
        }
        packets[15].duration += 12_345
        let path = try folder.write(SoundMovie(sampleRate: 16_000, packets: packets).bytes, to: "talk.mp4")
        let file = try SoundFile(path: path)
        let samples = try await file.allPieces().track
        #expect(samples == Array(words[..<16_000] + [Float](repeating: 0, count: 12_345) + words[16_000...]))
        #expect(file.expectedSpeechSampleCount == samples.count)
    }

    @Test("Packets that are lost one by one add up", arguments: [5, 2])
    func lostPackets(every: Int) async throws {
        var movie = MatroskaFile(words, sampleRate: 16_000)
        let lost = movie.packets.indices.filter { $0 % every == every - 1 }
        movie.packets = movie.packets.indices.filter { !lost.contains($0) }.map { movie.packets[$0] }
        let samples = try await file(movie).allPieces().speech
        // The last gap may be too short to count.
        #expect((46_000...48_000).contains(samples.count), "\(samples.count)")
        // What is heard is heard when it was said.
        let offset = (samples.lastIndex(of: words[46_800]) ?? 0) - 46_800
        #expect(abs(offset) <= 1600, "\(offset)")
    }

    @Test(
        "A gap in sound of another rate is as long, and the words around it stay in place", arguments: [8000, 44_100])
    func resampledGap(rate: Int) async throws {
        let tone = Tone(hertz: 440).samples(2 * rate, at: rate).map(Float.init)
        var movie = MatroskaFile(tone, sampleRate: rate, packetMilliseconds: 50)
        for index in 20..<movie.packets.count { movie.packets[index].milliseconds += 2000 }
        let sound = try await file(movie).allPieces()
        #expect(abs(sound.speech.count - 64_000) <= 1 && sound.track.count == 4 * rate)
        let expected = Tone(hertz: 440).samples(32_000, at: 16_000)
        #expect(signalToNoise(Array(sound.speech[..<15_000]), Array(expected[..<15_000]), margin: 400) > 80)
        #expect(sound.speech[17_000..<47_000].allSatisfy { abs($0) < 1e-4 })
        let rest = Array(sound.speech[49_000..<63_000])
        #expect(signalToNoise(rest, Array(expected[17_000..<31_000]), margin: 400) > 80)
    }

    @Test("What comes twice is cut, and a warning says where", arguments: [100, 500, 990])
    func overlap(milliseconds: Int) async throws {
        let file = try file(shifted(by: -milliseconds))
        let sound = try await file.allPieces()
        let expected = Array(words[..<16_000] + words[(16_000 + 16 * milliseconds)...])
        #expect(sound.speech == expected && sound.track == expected)
        let warnings = await file.newWarnings(isOver: true)
        #expect(warnings.count == 1)
        for part in [file.name, "at 1.00 s", "by \(Double(milliseconds).formatted(asSecondsOf: 1000))"] {
            #expect(warnings.first?.contains(part) == true, "\(warnings)")
        }
    }

    @Test("A jump of more than a minute is an error that names it", arguments: [60_100, 90_000_000, -60_100])
    func jump(milliseconds: Int) async throws {
        var movie = MatroskaFile(Array(words[..<1600]), sampleRate: 16_000)
        // Two minutes, as few packets make them.
        for index in movie.packets.indices { movie.packets[index].milliseconds = 30_000 * index }
        let end = movie.packets[4].milliseconds + 20
        movie.packets.append(MatroskaFile.Packet(milliseconds: end + milliseconds, samples: Array(words[..<320])))
        let file = try file(movie)
        let error = await #expect(throws: FramegenError.self) { try await file.allPieces() }
        #expect(error?.code == .invalidData)
        let direction = milliseconds < 0 ? "jumps back by" : "jumps by"
        let length = Double(abs(milliseconds)).formatted(asSecondsOf: 1000)
        for part in [file.name, "\(direction) \(length)", "at 120.02 s", "60.00 s at most"] {
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }

    @Test("Stamps that are rounded, shaken, or begin late change nothing", arguments: [0, 1, 20, 50], [0, 5000])
    func jitter(milliseconds: Int, start: Int) async throws {
        var movie = MatroskaFile(words, sampleRate: 16_000, packetMilliseconds: 25, start: start)
        for index in movie.packets.indices where index > 0 {
            movie.packets[index].milliseconds += index * 31 % (milliseconds + 1)
        }
        let file = try file(movie)
        let sound = try await file.allPieces()
        #expect(sound.speech == words && sound.track == words)
        #expect(await file.newWarnings(isOver: true).isEmpty)
    }

    @Test("A clock that is a little slow or fast makes no hole and cuts nothing", arguments: [400, -400])
    func drift(partsPerMillion: Int) async throws {
        let samples = [Float](repeating: 0.5, count: 8000 * 300)
        var movie = MatroskaFile(samples, sampleRate: 8000, packetMilliseconds: 50)
        // At the end 120 ms off, where 90 would count at once.
        for index in movie.packets.indices {
            movie.packets[index].milliseconds += movie.packets[index].milliseconds * partsPerMillion / 1_000_000
        }
        let file = try SoundFile(path: folder.write(movie.bytes, to: "slow.mkv"), makes: .track)
        let track = try await file.allPieces().track
        #expect(track == samples)
    }

    @Test("Matroska files that were put together play one after the other", arguments: [0, 3000])
    func joined(start: Int) async throws {
        let movie = MatroskaFile(words, sampleRate: 16_000, start: start)
        let file = try SoundFile(path: folder.write(movie.bytes + movie.bytes, to: "twice.mkv"))
        #expect(try await file.allPieces().speech == words + words)
        #expect(await file.newWarnings(isOver: true).isEmpty)
    }

    @Test("Ogg files that were put together play one after the other")
    func chained() async throws {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("media/tones.ogg"))))
        let once = try await SoundFile(path: Fixtures.path("media/tones.ogg")).allPieces().track
        let twice = try await SoundFile(path: folder.write(bytes + bytes, to: "twice.ogg")).allPieces().track
        #expect(abs(twice.count - 2 * once.count) < once.count / 10, "\(once.count), \(twice.count)")
    }
}

extension Double {
    /// As messages have it.
    fileprivate func formatted(asSecondsOf unit: Double) -> String { String(format: "%.2f s", self / unit) }
}
