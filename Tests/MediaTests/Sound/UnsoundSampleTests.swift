import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Samples that are no sound", .timeLimit(.minutes(2)))
struct UnsoundSampleTests {
    private static let values: [Double] = [.nan, -.nan, .infinity, -.infinity, 1e20, -1e20, 3e38, 1e300]
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tone(_ count: Int, at rate: Int) -> [Double] { Tone(hertz: 440).samples(count, at: rate) }

    /// Of both forms of a sound with unsound samples, expects that they are sound, and the same as without them away from
    /// these places.
    private func expectSound(
        _ source: some SoundSource, as usual: some SoundSource, farFrom places: [Double],
        _ comment: Comment
    ) async throws {
        let (actual, expected) = (try await source.allPieces(), try await usual.allPieces())
        #expect(actual.track.allSatisfy { abs($0) <= 1 }, comment)
        #expect(actual.speech.allSatisfy { $0.isFinite }, comment)
        try #require(actual.speech.count == expected.speech.count && actual.track.count == expected.track.count)
        for (samples, others, rate) in [
            (actual.speech, expected.speech, 16_000),
            (actual.track, expected.track, source.trackFormat.sampleRate * source.trackFormat.channelCount),
        ] {
            for index in samples.indices {
                let seconds = Double(index) / Double(rate)
                // As far as the filter reaches.
                guard places.allSatisfy({ abs($0 - seconds) > 0.1 }), samples[index] != others[index] else { continue }
                Issue.record("\(comment): \(samples[index]) at \(seconds), expected \(others[index])")
                break
            }
        }
    }

    @Test(
        "Silence and full scale take their place, and a warning names the first",
        arguments: [WaveFile.SampleFormat.float32, .float64], [8000, 16_000, 44_100, 11_111])
    func file(format: WaveFile.SampleFormat, rate: Int) async throws {
        let usual = tone(rate, at: rate)
        let clean = WaveFile(sampleRate: rate, format: format, channels: [usual, usual])
        let cleanPath = try folder.write(clean.bytes, to: "clean.wav")
        for (value, start) in Self.values.flatMap({ value in [0, rate / 2, rate - 2].map { (value, $0) } }) {
            var bad = usual
            bad[start] = value
            bad[start + 1] = value
            let wave = WaveFile(sampleRate: rate, format: format, channels: [usual, bad])
            let path = try folder.write(wave.bytes, to: "bad.wav")
            let place = Double(start) / Double(rate)
            try await expectSound(
                SoundFile(path: path), as: SoundFile(path: cleanPath), farFrom: [place], "\(value) at \(place)")

            let file = try SoundFile(path: path)
            _ = try await file.allPieces()
            let warnings = await file.newWarnings(isOver: true)
            #expect(warnings.count == 1, "\(warnings)")
            #expect(warnings.first?.hasPrefix("\(path) has a sample of ") == true)
            #expect(warnings.first?.contains(" at \(String(format: "%.2f s", place)), ") == true, "\(warnings)")
        }
    }

    @Test("Without resampling no sample but the unsound ones changes", arguments: values)
    func exactly(value: Double) async throws {
        var bad = tone(16_000, at: 16_000)
        for index in [0, 7000, 15_999] { bad[index] = value }
        let wave = WaveFile(sampleRate: 16_000, format: .float64, channels: [bad])
        let sound = try await SoundFile(path: folder.write(wave.bytes, to: "bad.wav")).allPieces()
        let clipped: Float = value.isFinite ? value < 0 ? -1 : 1 : 0
        #expect(sound.track == bad.map { $0 == value || !$0.isFinite ? clipped : Float($0) })
        for index in bad.indices where abs(bad[index]) <= 1 { #expect(sound.speech[index] == Float(bad[index])) }
        #expect(sound.speech.allSatisfy { $0.isFinite })
    }

    @Test("Compressed or many-channelled, what is decoded is sound", arguments: [3, 6])
    func manyChannels(count: Int) async throws {
        let usual = tone(16_000, at: 16_000)
        let bad = usual.map { $0 > 0.4 ? Double.nan : $0 }
        let wave = WaveFile(
            sampleRate: 16_000, format: .float32,
            channels: [[Double]](repeating: bad, count: count - 1) + [usual.map { $0 * 1e10 }])
        let sound = try await SoundFile(path: folder.write(wave.bytes, to: "bad.wav")).allPieces()
        #expect(sound.track.allSatisfy { abs($0) <= 1 } && sound.speech.allSatisfy { $0.isFinite })
    }

    @Test("Samples of a program are treated as those of a file", arguments: [16_000, 48_000])
    func pushed(rate: Int) async throws {
        let usual = tone(2 * rate, at: rate).map(Float.init)
        func source(_ samples: [Float]) throws -> SampleSound {
            let pieces = AsyncStream { continuation in
                for start in stride(from: 0, to: samples.count, by: 1000) {
                    continuation.yield(Array(samples[start..<min(start + 1000, samples.count)]))
                }
                continuation.finish()
            }
            return try SampleSound(SpeechSamples(pieces, sampleRate: rate, name: "the voice"))
        }
        for value in [Float.nan, .infinity, -.infinity, 1e20, -3e38] {
            var bad = usual
            bad[rate + 10] = value
            try await expectSound(source(bad), as: source(usual), farFrom: [1], "\(value)")
            let sound = try source(bad)
            var warnings: [String] = []
            while try await sound.nextPiece() != nil { warnings += await sound.newWarnings(isOver: false) }
            warnings += await sound.newWarnings(isOver: true)
            #expect(warnings.count == 1)
            #expect(warnings.first?.hasPrefix("the voice has a sample of ") == true)
            #expect(warnings.first?.contains(" at 1.00 s") == true, "\(warnings)")
        }
    }

    @Test("A video takes them from whoever hands it its sound", arguments: [Float.nan, .infinity, 1e30])
    func video(value: Float) async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let size = ImageSize(width: 64, height: 48)
        let path = folder.file("video.mp4")
        let sink = try VideoFileSink(
            path: path, frameSize: size, settings: VideoSettings(frameRate: try #require(FrameRate(25))), sound: format)
        let samples = tone(16_000, at: 16_000).map(Float.init)
        for index in 0..<25 {
            var span = Array(samples[index * 640..<(index + 1) * 640])
            if index == 5 { span[100] = value }
            try await sink.write(
                Frame(
                    index: index, templateIndex: 0, image: TestPictures.gradient(size, index),
                    sound: SoundSpan(format: format, start: index * 640, samples: span)))
        }
        try await sink.finish()
        let heard = try await SoundFile(path: path).allPieces().speech
        #expect(signalToNoise(heard, samples.map(Double.init), margin: 5000) > 20)
    }
}
