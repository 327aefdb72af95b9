import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Sound files")
struct SoundFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ wave: WaveFile, as name: String = "sound.wav") async throws -> [Float] {
        try await SoundFile(path: folder.write(wave.bytes, to: name)).all().samples
    }

    @Test("16-bit mono at 16 kHz comes out unchanged, in pieces of at most half a second", .timeLimit(.minutes(1)))
    func unchanged() async throws {
        // Every value that 16 bits can hold.
        let values = (0..<65536).map { Double(($0 * 40503) & 65535) / 32768 - 1 }
        let path = try folder.write(WaveFile(sampleRate: 16_000, channels: [values]).bytes, to: "all.wav")
        let file = try SoundFile(path: path)
        #expect(file.expectedSampleCount == 65536)
        let (samples, largestPiece) = try await file.all()
        #expect(samples == values.map(Float.init))
        #expect(largestPiece <= 8000)
    }

    @Test(
        "All sample formats give the values they hold",
        arguments: [WaveFile.SampleFormat.unsigned8, .signed16, .signed24, .signed32, .float32])
    func sampleFormats(format: WaveFile.SampleFormat) async throws {
        // Steps of 1/128, which all of them can hold.
        let values = (0..<1000).map { Double($0 * 37 % 255 - 127) / 128 }
        let samples = try await read(WaveFile(sampleRate: 16_000, format: format, channels: [values]))
        #expect(samples == values.map(Float.init))
    }

    @Test("24 and 32 bits lose nothing that a float can hold", arguments: [WaveFile.SampleFormat.signed24, .float32])
    func finestSteps(format: WaveFile.SampleFormat) async throws {
        let values = (0..<1000).map { Double($0 * 15013 % 16_777_216 - 8_388_608) / 8_388_608 }
        let samples = try await read(WaveFile(sampleRate: 16_000, format: format, channels: [values]))
        #expect(samples == values.map(Float.init))
    }

    @Test("Channels are averaged, whatever speakers they are for", arguments: [2, 3, 6, 8, 11])
    func averages(count: Int) async throws {
        let channels = (0..<count).map { channel -> [Double] in
            let step = 7 + 4 * channel
            return (0..<500).map { index in Double(index * step % 200 - 100) / 256 }
        }
        let samples = try await read(WaveFile(sampleRate: 16_000, channels: channels))
        try #require(samples.count == 500)
        for (index, sample) in samples.enumerated() {
            let sum = channels.map { $0[index] }.reduce(0, +)
            let mean = sum / Double(count)
            #expect(abs(Double(sample) - mean) < 1e-6)
        }
    }

    @Test("Other rates keep tones in place and in time", arguments: [8000, 11025, 22050, 44100, 48000, 96000, 37123])
    func resamples(rate: Int) async throws {
        let tone = Tone(hertz: 997)
        let wave = WaveFile(sampleRate: rate, format: .float32, channels: [tone.samples(rate / 2, at: rate)])
        let samples = try await read(wave)
        let expected = Double(rate / 2) * 16_000 / Double(rate)
        #expect(abs(Double(samples.count) - expected) <= 1, "\(samples.count) samples, expected \(expected)")
        let ratio = signalToNoise(samples, tone.samples(samples.count, at: 16_000), margin: 400)
        #expect(ratio > 90, "\(ratio) dB")
    }

    @Test("What the mel bands reach stays; what 16 kHz cannot hold is gone")
    func filter() async throws {
        let kept = Tone(hertz: 7500)
        let samples = try await read(
            WaveFile(sampleRate: 48_000, format: .float32, channels: [kept.samples(24_000, at: 48_000)]))
        let ratio = signalToNoise(samples, kept.samples(samples.count, at: 16_000), margin: 400)
        #expect(ratio > 60, "\(ratio) dB")

        let removed = Tone(hertz: 8200)
        let rest = try await read(
            WaveFile(sampleRate: 48_000, format: .float32, channels: [removed.samples(24_000, at: 48_000)]))
        let loudest = rest.dropFirst(400).dropLast(400).map(abs).max() ?? 1
        #expect(loudest < 0.5e-3, "\(loudest)")
    }

    @Test("A length that is guessed from the bit rate is none")
    func guessedLength() throws {
        let path = Fixtures.path("media/tones.mp3")
        #expect(try SoundFile(path: path).expectedSpeechSampleCount != nil)
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        // The frame that tells how many there are.
        let marks = [Array("Xing".utf8), Array("Info".utf8)]
        let place = try #require(bytes.indices.first { index in marks.contains { bytes[index...].starts(with: $0) } })
        for index in place..<place + 4 { bytes[index] = 0 }
        let folder = try TemporaryFolder()
        #expect(try SoundFile(path: folder.write(bytes, to: "tones.mp3")).expectedSpeechSampleCount == nil)
    }

    @Test("Compressed files give their sound without the codec's delay", arguments: ["mp3", "m4a", "flac", "ogg"])
    func compressed(kind: String) async throws {
        let file = try SoundFile(path: Fixtures.path("media/tones.\(kind)"))
        let samples = try await file.all().samples
        // Half a second. FFmpeg gives AAC's last packet whole, and writes a little less to Ogg.
        let counts = ["m4a": 8000...8372, "ogg": 7900...8001]
        #expect(counts[kind, default: 8000...8001].contains(samples.count), "\(samples.count)")
        // MP3's header counts the codec's delay too.
        #expect(abs((file.expectedSampleCount ?? 0) - 8000) <= 800)
        let left = Tone(hertz: 440, amplitude: 0.25).samples(8000, at: 16_000)
        let right = Tone(hertz: 1000, amplitude: 0.125).samples(8000, at: 16_000)
        // One sample of delay would leave 15 dB.
        let ratio = signalToNoise(samples, zip(left, right).map { $0 + $1 }, margin: 800)
        #expect(ratio > (kind == "flac" ? 80 : 20), "\(ratio) dB")
    }

    @Test("The sound of a video is read")
    func videoSound() async throws {
        let samples = try await SoundFile(path: Fixtures.path("media/talk.mp4")).all().samples
        #expect((8000...8372).contains(samples.count))
        #expect((samples.max() ?? 0) > 0.3)
    }

    @Test(
        "A file whose name means something to FFmpeg or to shells is just a file",
        arguments: ["-i.wav", "http:sound.wav", "concat:a|b", "100%d.wav", "pipe:0", "späße 声.wav", "a,b;c='d'\\.wav"])
    func oddNames(name: String) async throws {
        let samples = try await read(WaveFile(sampleRate: 16_000, channels: [[0.5, -0.5, 0.25]]), as: name)
        #expect(samples == [0.5, -0.5, 0.25])
    }

    @Test("FFmpeg's messages stay off standard error unless asked for")
    func messages() throws {
        // An MP4 file whose index is missing makes FFmpeg speak.
        let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("media/tones.m4a"))).prefix(1000)
        let path = try folder.write([UInt8](bytes), to: "cut.m4a")
        func said(isVerbose: Bool) throws -> String {
            let log = open(folder.file("log"), O_RDWR | O_CREAT | O_TRUNC, 0o600)
            let standardError = dup(2)
            try #require(log >= 0 && standardError >= 0)
            dup2(log, 2)
            MediaLog.setVerbose(isVerbose)
            defer {
                close(log)
                close(standardError)
            }
            #expect(throws: FramegenError.self) { try SoundFile(path: path) }
            MediaLog.setVerbose(false)
            dup2(standardError, 2)
            return try String(contentsOfFile: folder.file("log"), encoding: .utf8)
        }
        #expect(try said(isVerbose: true).contains("moov atom not found"))
        #expect(try !said(isVerbose: false).contains("moov atom not found"))
    }
}
