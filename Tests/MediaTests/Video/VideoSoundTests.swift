import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("The sound of video files", .timeLimit(.minutes(20)))
struct VideoSoundTests {
    private static let size = ImageSize(width: 64, height: 48)
    private let folder: TemporaryFolder
    private let settings: VideoSettings

    init() throws {
        folder = try TemporaryFolder()
        settings = VideoSettings(frameRate: try #require(FrameRate(25)), preset: .ultrafast)
    }

    /// Writes a video of `frames` frames with a sound, and reads its sound as the features would.
    private func sound(of frames: Int, from soundPath: String) async throws -> [Float] {
        let path = folder.file("video.mp4")
        let source = try SoundFile(path: soundPath, makes: .track)
        let sink = try VideoFileSink(
            path: path, frameSize: Self.size, settings: settings, sound: source.trackFormat, overwrites: true)
        let sounds = FrameSounds(of: source, at: settings.frameRate)
        try await sink.writeGradients(frames, Self.size, sounds: sounds)
        let info = try VideoFrameReader(path: path).info
        #expect(abs((info.videoSeconds ?? 0) - Double(frames) / 25) < 1e-3)
        #expect(abs((info.soundSeconds ?? 0) - Double(frames) / 25) < 1e-3)
        return try await SoundFile(path: path).all().samples
    }

    @Test(
        "Sound is in time with the pictures, whatever its rate and its channels",
        arguments: [(8000, 1), (16_000, 1), (44_100, 2), (48_000, 2), (11_111, 1), (192_000, 6)])
    func inTime(rate: Int, channels: Int) async throws {
        let tone = Tone(hertz: 440)
        let channel = tone.samples(rate, at: rate)
        let wave = WaveFile(sampleRate: rate, channels: [[Double]](repeating: channel, count: channels))
        let samples = try await sound(of: 25, from: folder.write(wave.bytes, to: "sound.wav"))
        // AAC's last packet is decoded whole.
        #expect((16_000...18_100).contains(samples.count), "\(samples.count)")
        // Mixed down for listening, more than two channels have another loudness.
        let middle = samples[4000..<12_000]
        let loudness = Double(middle.max() ?? 0) / 0.5
        #expect(channels > 2 || abs(loudness - 1) < 0.1, "\(loudness)")
        let expected = tone.samples(16_000, at: 16_000).map { $0 * loudness }
        let ratio = signalToNoise(samples, expected, margin: 2000)
        // One sample of delay would leave 15 dB.
        #expect(ratio > 20, "\(ratio) dB")
    }

    @Test("Channels stay apart")
    func stereo() async throws {
        let wave = WaveFile(
            sampleRate: 16_000,
            channels: [Tone(hertz: 500).samples(16_000, at: 16_000), [Double](repeating: 0, count: 16_000)])
        let samples = try await sound(of: 25, from: folder.write(wave.bytes, to: "left.wav"))
        // Averaged again: half.
        let ratio = signalToNoise(samples, Tone(hertz: 500, amplitude: 0.25).samples(16_000, at: 16_000), margin: 2000)
        #expect(ratio > 20, "\(ratio) dB")
    }

    @Test("Sound that ends before the pictures is followed by silence")
    func shorter() async throws {
        let samples = try await sound(of: 50, from: Fixtures.path("media/tones.flac"))
        #expect((samples[2000..<7000].max() ?? 0) > 0.3)
        #expect(samples[9000..<31_000].allSatisfy { abs($0) < 1e-3 })
    }

    @Test("Sound that goes on after the pictures is cut")
    func longer() async throws {
        let samples = try await sound(of: 5, from: Fixtures.path("media/tones.mp3"))
        #expect((3200...3200 + 400).contains(samples.count), "\(samples.count)")
    }

    @Test("Sound that is damaged on the way does not stop the video")
    func damaged() async throws {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("media/tones.mp3"))))
        for index in bytes.count / 2..<bytes.count / 2 + 1000 { bytes[index] = 0x55 }
        let samples = try await sound(of: 13, from: folder.write(bytes, to: "damaged.mp3"))
        #expect((samples[1000..<3000].max() ?? 0) > 0.3)
    }

    @Test("Sound that no video can hold is refused before anything is written")
    func refused() throws {
        let path = folder.file("new/video.mp4")
        for (rate, channels, value) in [(11_111, 1, "11111"), (48_000, 3, "3"), (Int.max, 1, "\(Int.max)")] {
            let error = #expect(throws: FramegenError.self) {
                try VideoFileSink(
                    path: path, frameSize: Self.size, settings: settings,
                    sound: SoundTrackFormat(sampleRate: rate, channelCount: channels))
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains(value) == true)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("new")))
    }

    @Test("A frame without sound, or with that of another place or format, ends the video")
    func unfitting() async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        func frame(_ index: Int, _ format: SoundTrackFormat?, start: Int) -> Frame {
            Frame(
                index: index, templateIndex: 0, image: TestPictures.gradient(Self.size, index),
                sound: format.map { format in
                    SoundSpan(
                        format: format, start: start, samples: [Float](repeating: 0, count: 640 * format.channelCount))
                })
        }
        let stereo = SoundTrackFormat(sampleRate: 16_000, channelCount: 2)
        for second in [frame(1, nil, start: 0), frame(1, format, start: 641), frame(1, stereo, start: 640)] {
            let sink = try VideoFileSink(
                path: folder.file("video.mp4"), frameSize: Self.size, settings: settings, sound: format)
            try await sink.write(frame(0, format, start: 0))
            let error = await #expect(throws: FramegenError.self) { try await sink.write(second) }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("expected") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        }
    }
}
