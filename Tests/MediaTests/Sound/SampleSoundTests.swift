import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Sound that arrives from a program", .timeLimit(.minutes(20)))
struct SampleSoundTests {
    private struct Broken: Error {}

    /// Pieces of some samples.
    private static func stream(_ samples: [Float], pieceSize: Int) -> AsyncStream<[Float]> {
        AsyncStream { continuation in
            for start in stride(from: 0, to: samples.count, by: pieceSize) {
                continuation.yield(Array(samples[start..<min(start + pieceSize, samples.count)]))
            }
            continuation.finish()
        }
    }

    @Test(
        "In whatever pieces it comes, it is what a file gives",
        arguments: [8000, 16_000, 22_050, 44_100, 48_000, 11_111, 96_000], [1, 160, 1000, 100_000])
    func asFile(rate: Int, pieceSize: Int) async throws {
        // Single samples are many tasks.
        let values = Tone(hertz: 997).samples(pieceSize == 1 ? rate / 20 : rate, at: rate)
        let folder = try TemporaryFolder()
        let wave = WaveFile(sampleRate: rate, format: .float32, channels: [values])
        let file = try SoundFile(path: folder.write(wave.bytes, to: "sound.wav"))
        let sound = try SampleSound(
            SpeechSamples(Self.stream(values.map(Float.init), pieceSize: pieceSize), sampleRate: rate))
        #expect(sound.trackFormat == file.trackFormat)
        #expect(sound.expectedSpeechSampleCount == nil)
        let (expected, actual) = (try await file.allPieces(), try await sound.allPieces())
        #expect(actual.speech == expected.speech)
        #expect(actual.track == expected.track)
        #expect(actual.largest.speech <= 8001)
    }

    @Test("What has come is given out before more is asked for")
    func prompt() async throws {
        let (stream, continuation) = AsyncStream<[Float]>.makeStream()
        let sound = try SampleSound(SpeechSamples(stream, sampleRate: 16_000))
        for count in [1, 320, 7] {
            continuation.yield([Float](repeating: 0.25, count: count))
            let piece = try #require(try await sound.nextPiece())
            #expect(piece.speech == [Float](repeating: 0.25, count: count))
            #expect(piece.track == piece.speech)
        }
        // Resampling holds back no more than its filter's half.
        let (slow, feed) = AsyncStream<[Float]>.makeStream()
        let resampled = try SampleSound(SpeechSamples(slow, sampleRate: 48_000), makes: .speech)
        feed.yield([Float](repeating: 0.25, count: 4800))
        let piece = try #require(try await resampled.nextPiece())
        #expect((1400...1600).contains(piece.speech.count), "\(piece.speech.count)")
        continuation.finish()
        feed.finish()
        #expect(try await sound.nextPiece() == nil)
        #expect(try await sound.nextPiece() == nil)
    }

    @Test("Empty pieces are passed over, and large ones cut")
    func pieces() async throws {
        let pieces: [[Float]] = [[], [Float](repeating: 0.5, count: 100_000), []]
        let stream = AsyncStream { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
        let (speech, track, largest) = try await SampleSound(SpeechSamples(stream, sampleRate: 16_000)).allPieces()
        #expect(speech == pieces[1] && track == pieces[1])
        #expect(largest.speech <= 8000 && largest.track <= 8000)
    }

    @Test("Rates that no sound has are refused", arguments: [Int.min, -1, 0, 999, 768_001, Int.max])
    func rates(rate: Int) {
        let error = #expect(throws: FramegenError.self) {
            try SampleSound(SpeechSamples(Self.stream([], pieceSize: 1), sampleRate: rate, name: "voice"))
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("voice") == true && error?.message.contains("\(rate)") == true)
    }

    @Test("An error of the samples comes out, with their name")
    func errors() async throws {
        let broken = AsyncThrowingStream<[Float], any Error> { continuation in
            continuation.yield([0.5])
            continuation.finish(throwing: Broken())
        }
        let sound = try SampleSound(SpeechSamples(broken, sampleRate: 16_000, name: "voice"))
        #expect(try await sound.nextPiece()?.speech == [0.5])
        let error = await #expect(throws: FramegenError.self) { try await sound.nextPiece() }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("voice") == true && error?.cause is Broken)

        let failing = AsyncThrowingStream<[Float], any Error> { continuation in
            continuation.finish(throwing: FramegenError(.invalidData, "no voice"))
        }
        let own = try SampleSound(SpeechSamples(failing, sampleRate: 16_000))
        #expect(await #expect(throws: FramegenError.self) { try await own.nextPiece() }?.message == "no voice")
    }
}
