import Foundation
import FrameGeneration
import TestSupport
import Testing

/// Waits are made a second long, and half of it is asked for: on a busy machine a stage may come late.
@Suite("Where stages spend their time")
struct StageTimesTests {
    private let times = StageTimes()
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1]) }

    /// Renders nine frames in two sessions.
    private func pipeline(onRun: @escaping @Sendable (Int) -> Void = { _ in }) async throws -> FramePipeline {
        try await FramePipeline(
            generator: .syncTalk328AVE, model: try .zeros(for: .syncTalk328AVE), template: try folder.open(),
            features: FeatureRows(Tensor(zeros: [9, 512])), engine: ObservedEngine { count, _ in onRun(count) },
            sessionOptions: SessionOptions(threads: 2), decoder: TextImageDecoder(), times: times)
    }

    private static func composed(_ times: StageTimes) -> Int {
        times.templateFrames.kept + times.templateFrames.prepared
    }

    @Test("a slow consumer blocks every stage before it")
    func blocked() async throws {
        let pipeline = try await pipeline()
        for try await frame in pipeline.frames where frame.index == 0 {
            // Each session holds a frame then, and compose the next.
            while Self.composed(times) < 4 { try await Task.sleep(for: .milliseconds(1)) }
            try await Task.sleep(for: .seconds(1))
        }
        let stages = times.stages
        #expect(try #require(stages[.composite]).blocked >= .seconds(1))
        #expect(try #require(stages[.generate]).blocked >= .seconds(1))
        #expect(try #require(stages[.compose]).blocked >= .seconds(0.5))
        // Neither sound nor anything written.
        #expect(stages[.encode] == nil && stages[.audio] == nil)
    }

    @Test("a slow engine is busy, starves the stage after it and blocks the one before it")
    func starved() async throws {
        let times = times
        let pipeline = try await pipeline { count in
            guard count == 0 else { return }
            // Of the frame after both sessions' first ones compose is not rid.
            while Self.composed(times) < 3 { usleep(1000) }
            sleep(1)
        }
        for try await _ in pipeline.frames {}
        let stages = times.stages
        let generate = try #require(stages[.generate])
        #expect(generate.busy >= .seconds(2) && generate.busy == times.busy(.generate))
        #expect(try #require(stages[.composite]).starved >= .seconds(0.5))
        #expect(try #require(stages[.compose]).blocked >= .seconds(0.5))
        #expect(pipeline.threads == [.compose: 1, .generate: 2, .composite: 1])
    }
}
