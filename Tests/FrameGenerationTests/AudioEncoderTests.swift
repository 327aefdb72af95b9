import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("The AVE audio encoder")
struct AudioEncoderTests {
    @Test("counts the parameters and multiply-adds that Documentation/model-family gives")
    func counts() {
        let network = AudioEncoder.ave.network(batch: 1)
        let trained = network.parameters.filter { !$0.key.contains("running_") }
        #expect(trained.reduce(0) { $0 + $1.shape.reduce(1, *) } == 2_812_672)
        #expect((Double(network.multiplyAdds) / 1e5).rounded() == 931)
    }

    @Test("computes what the original computes, on the reference engine")
    func golden() throws {
        try AudioEncoderGolden.expectExactly(ReferenceEngine())
    }
}

@Suite("Features made of sound while they are asked for")
struct AudioFeaturesTests {
    private actor Samples: SampleSource {
        nonisolated let expectedSampleCount: Int?
        private var left: Int
        private let pieceLength: Int

        init(_ count: Int, pieceLength: Int = 3333) {
            self.pieceLength = pieceLength
            expectedSampleCount = count
            left = count
        }

        func nextSamples() -> [Float]? {
            guard left > 0 else { return nil }
            let count = min(left, pieceLength)
            left -= count
            return (0..<count).map { Float(sin(Double($0 + left) * 0.05)) * 0.3 }
        }
    }

    /// Gives each window a number of its own: the index of the run and the place in the batch.
    private struct CountingEngine: InferenceEngine {
        let name = "counting"
        let computesAnyNetwork = true
        func makeSession(
            for model: NetworkModel, options: SessionOptions
        ) throws(FramegenError) -> sending any InferenceSession { Session() }

        final class Session: InferenceSession {
            private var windows = 0
            func run(_ inputs: [Tensor]) -> [Tensor] {
                let batch = inputs[0].shape[0]
                defer { windows += batch }
                let values = (0..<batch).flatMap { [Float](repeating: Float(windows + $0), count: 512) }
                return [Tensor(shape: [batch, 512, 1, 1], values: values)]
            }
        }
    }

    private func features(samples: Int, encoder: SpeechEncoder = .test(engine: CountingEngine())) -> AudioFeatures {
        AudioFeatures(of: Samples(samples), soundName: "a.wav", encoder: encoder, times: StageTimes())
    }

    @Test(
        "there is a row for each window, and the first and the last one twice",
        arguments: [(48_000, 74), (320_000, 499), (3000, 4), (3200, 4), (76_600, 118)])
    func rowCount(samples: Int, expected: Int) async throws {
        let features = features(samples: samples)
        #expect(features.rowCount == expected)
        var firstValues: [Float] = []
        while let row = try await features.nextRow() { firstValues.append(row[0]) }
        #expect(firstValues == [0] + (0..<expected - 2).map(Float.init) + [Float(expected - 3)])
        #expect(try await features.nextRow() == nil)
    }

    @Test("under 3000 samples is an error that says so", arguments: [1, 2999])
    func tooShort(samples: Int) async throws {
        let features = features(samples: samples)
        let error = await #expect(throws: FramegenError.self) { try await features.nextRow() }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("a.wav has \(samples) samples") == true)
        #expect(error?.message.contains("3000") == true)
    }

    @Test(
        "the encoder is loaded once: when it is prepared, or for the first row if it was not", arguments: [true, false])
    func loading(isPrepared: Bool) async throws {
        let loads = Counter()
        let features = features(samples: 48_000, encoder: .test(engine: CountingEngine()) { loads.add() })
        #expect(loads.count == 0)
        if isPrepared {
            try await features.prepare()
            try await features.prepare()
            #expect(loads.count == 1)
        }
        for _ in 0..<10 { _ = try await features.nextRow() }
        #expect(loads.count == 1)
    }

    @Test("an encoder that cannot be loaded is an error, read ahead or not")
    func badEncoder() async throws {
        let encoder = SpeechEncoder.test(engine: CountingEngine()) { () throws(FramegenError) in
            throw FramegenError(.notFound, "no encoder.pth")
        }
        let features = features(samples: 48_000, encoder: encoder)
        for source in [features, FeaturesAhead(features, capacity: 4)] as [any FeatureSource] {
            let preparing = await #expect(throws: FramegenError.self) { try await source.prepare() }
            #expect(preparing?.message == "no encoder.pth")
            let reading = await #expect(throws: FramegenError.self) { try await source.nextRow() }
            #expect(reading?.message == "no encoder.pth")
        }
    }

    private func rows(_ features: AudioFeatures) async throws -> [[Float]] {
        var rows: [[Float]] = []
        while let row = try await features.nextRow() { rows.append(row) }
        return rows
    }

    @Test("an encoder is loaded once for all who use it, and once more for sound that arrives")
    func sharedEncoder() async throws {
        let loads = Counter()
        let encoder = SpeechEncoder.test(engine: MeanEngine()) { loads.add() }
        let first = try await rows(features(samples: 48_000, encoder: encoder))
        #expect(loads.count == 1)
        #expect(try await rows(features(samples: 48_000, encoder: encoder)) == first)
        #expect(loads.count == 1)
        let live = AudioFeatures(
            of: Samples(48_000), soundName: "a.wav", encoder: encoder, isLive: true, times: StageTimes())
        #expect(try await rows(live) == first, "one window at a time makes other rows than eight at a time")
        #expect(loads.count == 2)
    }

    @Test(
        "of live speech come one by one while somebody waits, and in batches when more of the sound is there",
        arguments: [(48_000, true), (640, false)])
    func adaptiveBatches(pieceLength: Int, comesAhead: Bool) async throws {
        let batches = Mutex<[Int]>([])
        let engine = ObservedEngine(MeanEngine()) { _, inputs in batches.withLock { $0.append(inputs[0].shape[0]) } }
        let live = AudioFeatures(
            of: Samples(48_000, pieceLength: pieceLength), soundName: "a.wav", encoder: .test(engine: engine),
            isLive: true, times: StageTimes())
        _ = try await live.nextRow()
        #expect(batches.withLock { $0 } == [1], "the first row waited for more than its own window")
        _ = try await rows(live)
        let awaited = AudioFeatures.awaitedWindowCount
        let sizes = batches.withLock { $0 }
        #expect(sizes.prefix(awaited) == ArraySlice(repeating: 1, count: awaited))
        #expect(sizes.dropFirst(awaited).contains(AudioFeatures.batchSize) == comesAhead)
    }

    @Test("of later rows, those before cost nothing and the rest are the same", arguments: [1, 7, 8, 9, 30, 64])
    func laterRows(firstRow: Int) async throws {
        let runs = Counter()
        let observed = ObservedEngine(MeanEngine()) { _, _ in runs.add() }
        let all = try await rows(features(samples: 48_000, encoder: .test(engine: observed)))
        let runsForAll = runs.count
        let later = try await rows(
            AudioFeatures(
                of: Samples(48_000), soundName: "a.wav", encoder: .test(engine: observed), firstRow: firstRow,
                times: StageTimes()))
        #expect(later.count == all.count)
        #expect(later[firstRow...] == all[firstRow...])
        // Whole batches of windows are passed over; window w makes row w + 1.
        #expect(runs.count - runsForAll == runsForAll - (firstRow - 1) / AudioFeatures.batchSize)
    }
}
