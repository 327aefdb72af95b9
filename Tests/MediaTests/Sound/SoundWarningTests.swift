import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("What is to be known of a sound", .timeLimit(.minutes(2)))
struct SoundWarningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tone(_ amplitude: Double = 0.5, count: Int = 16_000) -> [Double] {
        Tone(hertz: 440, amplitude: amplitude).samples(count, at: 16_000)
    }

    private func wave(_ channels: [[Double]], _ format: WaveFile.SampleFormat = .float32) throws -> SoundFile {
        let wave = WaveFile(sampleRate: 16_000, format: format, channels: channels)
        return try SoundFile(path: folder.write(wave.bytes, to: "sound.wav"))
    }

    /// All that is said of a sound that is read to its end, which is said once.
    private func warnings(_ source: some SoundSource) async throws -> [String] {
        var all = await source.newWarnings(isOver: false)
        while try await source.nextPiece() != nil { all += await source.newWarnings(isOver: false) }
        all += await source.newWarnings(isOver: true)
        #expect(await source.newWarnings(isOver: true).isEmpty)
        return all
    }

    @Test(
        "Nothing is said of sound that is as it should be",
        arguments: ["mp3", "m4a", "flac", "ogg"].map { "tones.\($0)" } + ["talk.mp4"])
    func usual(name: String) async throws {
        #expect(try await warnings(SoundFile(path: Fixtures.path("media/\(name)"))).isEmpty)
    }

    // MARK: Channels

    @Test("Channels that cancel each other are told of", arguments: [WaveFile.SampleFormat.signed16, .float32])
    func cancelling(format: WaveFile.SampleFormat) async throws {
        let warnings = try await warnings(wave([tone(), tone(-0.5)], format))
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("sound.wav has two channels that cancel each other") == true)
    }

    @Test("Channels are not told of that are alike, silent, alone, different, or no features are made of")
    func notCancelling() async throws {
        let zeros = [Double](repeating: 0, count: 16_000)
        let other = Tone(hertz: 700).samples(16_000, at: 16_000)
        for channels in [
            [tone(), tone()], [zeros, zeros], [tone()], [tone(), other], [tone(), zeros], [tone(), tone(-0.4)],
        ] {
            #expect(try await warnings(wave(channels)).isEmpty)
        }
        _ = try wave([tone(), tone(-0.5)])
        #expect(try await warnings(SoundFile(path: folder.file("sound.wav"), makes: .track)).isEmpty)
    }

    // MARK: Loudness

    @Test("Sound far above full scale is told of, with its share and its peak")
    func tooLoud() async throws {
        let whole = try await warnings(wave([tone(20_000)]))
        #expect(whole.count == 1)
        for part in ["sound.wav is above full scale in 100 % of its samples", "up to 20000"] {
            #expect(whole.first?.contains(part) == true, "\(whole)")
        }
        var half = tone()
        for index in 0..<4000 { half[index] = 3 }
        let quarter = try await warnings(wave([half]))
        #expect(quarter.first?.contains("in 25 % of its samples, up to 3,") == true, "\(quarter)")
    }

    @Test("A few samples above full scale are not worth a word, and are clipped in the track alone")
    func overshoot() async throws {
        var values = tone()
        for index in stride(from: 0, to: 16_000, by: 1000) { values[index] = index % 2000 == 0 ? 1.5 : -1.25 }
        let file = try wave([values])
        #expect(try await warnings(file).isEmpty)
        let sound = try await wave([values]).allPieces()
        #expect(sound.speech == values.map(Float.init))
        #expect(sound.track == values.map { Float(min(max($0, -1), 1)) })
    }

    // MARK: Streams

    private func streams(_ languages: [String]) throws -> String {
        var movie = MatroskaFile([], sampleRate: 16_000)
        movie.languages = languages
        movie.packets = (0..<50).flatMap { packet in
            languages.indices.map { stream in
                MatroskaFile.Packet(
                    stream: stream, milliseconds: 20 * packet,
                    samples: [Float](repeating: Float(stream + 1) / 8, count: 320))
            }
        }
        return try folder.write(movie.bytes, to: "talk.mkv")
    }

    @Test("Of a file with several sound streams it is said which is taken, unless it was chosen")
    func severalStreams() async throws {
        let path = try streams(["ger", "eng", "und"])
        let file = try SoundFile(path: path)
        let first = await file.newWarnings(isOver: false)
        let taken = Int(try #require(try await file.nextPiece()).speech[0] * 8) - 1
        #expect(
            first == [
                "\(path) has the sound streams 0 (pcm_f32le, ger), 1 (pcm_f32le, eng), 2 (pcm_f32le): stream \(taken) is "
                    + "taken, as no other one is asked for"
            ])
        for number in 0..<3 {
            let chosen = try SoundFile(path: path, stream: number)
            let samples = try await chosen.allPieces().speech
            #expect(samples == [Float](repeating: Float(number + 1) / 8, count: 16_000))
            #expect(await chosen.newWarnings(isOver: true).isEmpty)
        }
    }

    @Test("A stream that the file does not have is refused with those that it has", arguments: [-1, 2, Int.max])
    func noSuchStream(number: Int) throws {
        let path = try streams(["ger", "eng"])
        let error = #expect(throws: FramegenError.self) { try SoundFile(path: path, stream: number) }
        #expect(error?.code == .invalidRequest)
        #expect(
            error?.message
                == "\(path) has no sound stream \(number), expected one of 0 (pcm_f32le, ger), 1 (pcm_f32le, eng)")
        let silent = Fixtures.path("media/silent.mp4")
        #expect(
            #expect(throws: FramegenError.self) { try SoundFile(path: silent, stream: 0) }?.message
                == "\(silent) has no sound")
    }

    // MARK: Joined files

    @Test("Of WAV files that were put together it is said how much is played", arguments: [16_000, 15_999, 3])
    func joined(count: Int) async throws {
        // A sample of one byte: an odd number of them is followed by another byte, which not everybody writes.
        func bytes(_ count: Int) -> [UInt8] {
            WaveFile(sampleRate: 16_000, format: .unsigned8, channels: [tone(count: count)]).bytes
        }
        let (first, second) = (bytes(count), bytes(8000))
        for padding in [[], [UInt8](repeating: 0, count: count % 2)] {
            let path = try folder.write(first + padding + second + second, to: "joined.wav")
            let file = try SoundFile(path: path)
            let warnings = await file.newWarnings(isOver: false)
            #expect(warnings.count == 1)
            for part in [
                "\(path) holds another WAV file behind its sound",
                "the first \(String(format: "%.2f s", Double(count) / 16_000)) are played",
                "\(2 * second.count) bytes are left unread",
            ] { #expect(warnings.first?.contains(part) == true, "\(warnings)") }
            #expect(try await file.allPieces().speech.count == count)
        }
    }

    @Test(
        "So it is where something else lies between them",
        arguments: [[0, 0, 0, 0, 0], Array("\r\nthe second one\r\n".utf8)])
    func joinedWithBytesBetween(between: [UInt8]) async throws {
        let wave = WaveFile(sampleRate: 16_000, channels: [tone()]).bytes
        let found = try await warnings(SoundFile(path: folder.write(wave + between + wave, to: "joined.wav")))
        #expect(found.count == 1 && found[0].contains("\(wave.count) bytes are left unread"), "\(found)")
    }

    @Test("Of a file that ends before it should it is said how much is missing")
    func cut() async throws {
        let wave = WaveFile(sampleRate: 16_000, format: .unsigned8, channels: [tone(count: 16_000)]).bytes
        let path = try folder.write(Array(wave.dropLast(6000)), to: "cut.wav")
        let found = try await warnings(SoundFile(path: path))
        #expect(found == ["\(path) says that its sound lasts 1.00 s, and ends after 0.62 s: the rest is missing"])
    }

    @Test("Of long WAV files, whose sizes have 64 bits, it is said too")
    func joinedLongFiles() async throws {
        // Both are 44 bytes of header, of which the last 8 are of the data chunk.
        let files = [tone(count: 8000), tone(count: 4000)].map { samples in
            let wave = WaveFile(sampleRate: 16_000, channels: [samples]).bytes
            let unknown = [UInt8](repeating: 0xFF, count: 4)
            let sizes = [UInt64(wave.count + 28), UInt64(wave.count - 44), UInt64(samples.count)].flatMap { little($0) }
            return Array("RF64".utf8) + unknown + Array("WAVEds64".utf8) + little(UInt32(28)) + sizes
                + little(UInt32(0))
                + wave[12..<40] + unknown + wave[44...]
        }
        let (first, second) = (files[0], files[1])
        #expect(try await warnings(SoundFile(path: folder.write(first, to: "one.wav"))).isEmpty)
        let found = try await warnings(SoundFile(path: folder.write(first + second, to: "joined.wav")))
        #expect(found.count == 1 && found[0].contains("\(second.count) bytes are left unread"), "\(found)")
    }

    @Test("A WAV file that ends with something else, or does not know its length, is not taken for two")
    func notJoined() async throws {
        let wave = WaveFile(sampleRate: 16_000, channels: [tone()]).bytes
        var unknown = wave + wave
        for index in 40..<44 { unknown[index] = 0xFF }
        let note = Array("LIST".utf8) + [4, 0, 0, 0] + Array("RIFF".utf8)
        for bytes in [wave, wave + [0, 0], wave + note, wave + Array("RIFF".utf8), unknown, Array(wave.dropLast(99))] {
            #expect(try await warnings(SoundFile(path: folder.write(bytes, to: "one.wav"))).isEmpty)
        }
    }
}
