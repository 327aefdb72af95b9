import Framegen
import Media
import ModelFiles
import TestSupport
import Testing

@Suite("Features of the demo's voices against the original's")
struct DemoFeaturesTests {
    @Test(
        "every row within 1e-3, and as many rows",
        arguments: Runtime.allCases,
        [
            ("audio/speech.wav", "audio/aud_ave.npy"), ("audio/voice_kal16.wav", "reference/features_voice_kal16.npy"),
            ("audio/voice_espeak.wav", "reference/features_voice_espeak.npy"),
        ])
    func features(runtime: Runtime, voice: (sound: String, reference: String)) async throws {
        let (sound, reference) = voice
        let encoder = SpeechEncoder(
            .ave, engine: runtime.engine, options: SessionOptions(threads: 2)
        ) { batchSize throws(FramegenError) in
            try PyTorchCheckpoint.load(.ave, batch: batchSize, at: Demo.audioEncoder)
        }
        let features = try AudioFeatures(
            of: SpeechSound(
                SoundFile(path: Fixtures.demoPath(sound), makes: [.speech]), makesFeatures: true, makesTrack: false),
            soundName: sound, encoder: encoder, times: StageTimes())
        let golden = try FeatureFile(path: Fixtures.demoPath(reference), defaultRowSize: 512)
        #expect(features.rowCount == golden.rowCount)
        var count = 0
        while let expected = try await golden.nextRow() {
            let row = try #require(try await features.nextRow())
            let difference = zip(row, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference < 1e-3, "row \(count)")
            count += 1
        }
        let afterLast = try await features.nextRow()
        #expect(afterLast == nil && count == golden.rowCount)
    }
}
