import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Sound files that are none, or damaged")
struct BadSoundTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ path: String) -> FramegenError? {
        #expect(throws: FramegenError.self) { try SoundFile(path: path) }
    }

    @Test("What is no file is not found", .timeLimit(.minutes(1)))
    func notFound() throws {
        let pipe = folder.file("pipe.wav")
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in ["", folder.path, folder.file("missing.wav"), pipe, "/dev/zero", "http://localhost/a.mp3"] {
            let error = refusal(path)
            #expect(error?.code == .notFound)
            #expect(path.isEmpty || error?.message.contains(path) == true)
        }
    }

    @Test("What is no sound is refused with the file's name and the reason")
    func notSound() throws {
        var random = SeededGenerator(seed: 1)
        let compressed = (0..<600).map { _ in UInt8.random(in: 0...255, using: &random) }
        let cases: [(name: String, content: [UInt8], reason: String)] = [
            ("empty.wav", [], "is not a sound or video file: it is empty"),
            (
                "text.wav", Array("This is a letter, not a sound.\n".utf8),
                "is not a sound or video file: it is a text that begins with “This is a letter"
            ),
            (
                "long.mp3", Array(String(repeating: "Grüße an alle. ", count: 5000).utf8),
                "is not a sound or video file: it is a text that begins with “Grüße"
            ),
            // Its 512th byte is in the middle of a letter.
            ("kana.mp3", Array(String(repeating: "これは音ではない", count: 500).utf8), "it is a text that begins with “これは音"),
            ("colours.mp3", Array("\u{1b}[1mdone\u{1b}[0m\u{c}".utf8), "it is a text"),
            ("wide.mp3", [0xff, 0xfe] + "a text".utf16.flatMap { little($0) }, "it is a text in UTF-16"),
            // MPEG's layer I may begin with these two bytes, and so does text in UTF-16.
            ("binary", [0xff, 0xfe] + compressed, "it begins with the bytes ff fe"),
            ("zeros.mp3", [UInt8](repeating: 0, count: 5000), "it begins with the bytes 00 00 00 00"),
            ("page.mp3", Array("<!DOCTYPE html>\n<p>404</p>".utf8), "it is a web page"),
            (
                "picture.wav",
                [UInt8](try Data(contentsOf: URL(filePath: Fixtures.demoPath("template/full_body_img/0.jpg")))),
                "it is a JPEG image"
            ),
            ("unknown.wav", [0, 1, 2, 3, 4, 5], "it begins with the bytes 00 01 02 03"),
            ("header.wav", Array(WaveFile(sampleRate: 16_000, channels: [[]]).bytes), "has no sound"),
        ]
        for (name, content, reason) in cases {
            let path = try folder.write(content, to: name)
            let error = refusal(path)
            #expect(error?.code == .invalidData)
            #expect(error?.message.hasPrefix(path) == true)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "no error")")
        }
        let silent = Fixtures.path("media/silent.mp4")
        #expect(refusal(silent)?.message == "\(silent) has no sound")
    }

    @Test("A list of files is refused and opens none of them")
    func lists() throws {
        let sound = try folder.write(WaveFile(sampleRate: 16_000, channels: [[0, 1, 0, -1]]).bytes, to: "sound.wav")
        let lists = [
            "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(sound)\n#EXT-X-ENDLIST\n",
            "list.wav": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsound.wav\n#EXT-X-ENDLIST\n",
            "list.ffconcat": "ffconcat version 1.0\nfile sound.wav\n",
            "list.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        ]
        for (name, content) in lists {
            let error = refusal(try folder.write(Array(content.utf8), to: name))
            #expect(error?.code == .invalidData)
            #expect(error?.message.contains("is a list of other files") == true, "\(name): \(error?.message ?? "")")
        }
    }

    @Test("Rates that no sound has are refused")
    func rates() throws {
        for rate in [1, 999, 768_001, 2_000_000_000] {
            let wave = WaveFile(sampleRate: rate, channels: [[0, 0.5, 0.25, 0]])
            let error = refusal(try folder.write(wave.bytes, to: "rate.wav"))
            #expect(error?.code == .invalidData)
            #expect(error?.message.contains("\(rate)") == true, "\(error?.message ?? "")")
        }
    }

    @Test("A file that is cut short gives what there is of it", arguments: ["mp3", "flac", "ogg"])
    func truncated(kind: String) async throws {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("media/tones.\(kind)"))))
        let whole = try await SoundFile(path: Fixtures.path("media/tones.\(kind)")).all().samples
        let path = try folder.write(Array(bytes.prefix(bytes.count * 4 / 5)), to: "cut.\(kind)")
        let samples = try await SoundFile(path: path).all().samples
        #expect((1600..<8000).contains(samples.count), "\(samples.count)")
        #expect(Array(samples.prefix(1400)) == Array(whole.prefix(1400)))
    }

    @Test("A damaged place costs no more than the packets around it")
    func damagedPacket() async throws {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("media/tones.mp3"))))
        for index in bytes.count / 2..<bytes.count / 2 + 300 { bytes[index] = 0x55 }
        let samples = try await SoundFile(path: folder.write(bytes, to: "damaged.mp3")).all().samples
        // At most three packets of 26 ms are lost.
        #expect((6700...8001).contains(samples.count), "\(samples.count)")
        #expect((samples.suffix(1000).max() ?? 0) > 0.3)
    }

    @Test(
        "Whatever is cut off or flipped, sound or an error comes out", .timeLimit(.minutes(5)),
        arguments: ["tones.mp3", "tones.m4a", "tones.flac", "tones.ogg", "talk.mp4"])
    func damage(name: String) async throws {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("media/\(name)"))))
        var random = SeededRandom(seed: 7)
        var outcomes = Outcomes()
        for _ in 0..<60 {
            let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
            try await outcomes.add(folder.write(cut, to: "damaged-\(name)"))
            var flipped = bytes
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                // The heads of files are where the structure is.
                let limit = Bool.random(using: &random) ? bytes.count : min(bytes.count, 300)
                flipped[Int.random(in: 0..<limit, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try await outcomes.add(folder.write(flipped, to: "damaged-\(name)"))
        }
        #expect(outcomes.read > 0)
        #expect(outcomes.refused > 0)
    }
}

/// How damaged files fared.
private struct Outcomes {
    var read = 0
    var refused = 0

    mutating func add(_ path: String) async throws {
        do {
            let samples = try await SoundFile(path: path).all().samples
            #expect(samples.count < 16_000_000)
            read += 1
        } catch let error as FramegenError {
            #expect(error.code == .invalidData && error.message.hasPrefix(path), "\(error)")
            #expect(!error.message.contains("\n") && !error.message.hasSuffix("."))
            refused += 1
        }
    }
}

/// The same numbers each time.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 33) &* 0xff51_afd7_ed55_8ccd
    }
}
