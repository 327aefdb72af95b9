import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Sound in both forms")
struct SoundTrackTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("Both forms come of one reading, each as if it were alone", arguments: ["mp3", "m4a", "flac", "ogg"])
    func bothForms(kind: String) async throws {
        let path = Fixtures.path("media/tones.\(kind)")
        let both = try await SoundFile(path: path).allPieces()
        let speech = try await SoundFile(path: path, makes: .speech).allPieces()
        let track = try await SoundFile(path: path, makes: .track).allPieces()
        #expect(!both.speech.isEmpty && !both.track.isEmpty)
        #expect(both.speech == speech.speech && both.track == track.track)
        #expect(speech.track.isEmpty && track.speech.isEmpty)
        #expect(try await SoundFile(path: path).all().samples == both.speech)
    }

    @Test("A track is what the file holds, where a video can hold it, in pieces of at most half a second")
    func unchanged() async throws {
        let channels = (0..<2).map { channel -> [Double] in
            let step = 7 + channel
            return (0..<60_000).map { index in Double(index * step % 255 - 127) / 128 }
        }
        let path = try folder.write(WaveFile(sampleRate: 44_100, channels: channels).bytes, to: "sound.wav")
        let file = try SoundFile(path: path)
        #expect(file.name == path)
        #expect(file.trackFormat == SoundTrackFormat(sampleRate: 44_100, channelCount: 2))
        let (speech, track, largest) = try await file.allPieces()
        let expected = (0..<120_000).map { index -> Float in Float(channels[index % 2][index / 2]) }
        #expect(track == expected)
        #expect(file.expectedSpeechSampleCount == speech.count)
        #expect(largest.speech <= 8000 && largest.track <= 44_100)
    }

    @Test("What no video can hold is made into what it can", arguments: [(11_111, 1), (192_000, 6), (8000, 3)])
    func converted(rate: Int, channels: Int) async throws {
        let wave = WaveFile(
            sampleRate: rate, channels: [[Double]](repeating: Tone(hertz: 440).samples(rate, at: rate), count: channels)
        )
        let file = try SoundFile(path: folder.write(wave.bytes, to: "sound.wav"), makes: .track)
        let expected = SoundTrackFormat(sampleRate: rate == 8000 ? 8000 : 48_000, channelCount: min(channels, 2))
        #expect(file.trackFormat == expected)
        let count = try await file.allPieces().track.count / expected.channelCount
        #expect(abs(count - expected.sampleRate) <= 1)
    }
}
