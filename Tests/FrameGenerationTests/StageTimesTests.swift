import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

/// Waits are made a second long, and half of it is asked for: on a busy machine a stage may come late.
@Suite("Where stages spend their time", .timeLimit(.minutes(3)))
struct StageTimesTests {
    /// Counts the frames that are about to be handed on.
    private final class Tracer: FrameTracing {
        let composed = Mutex(0)
        let generated = Mutex(0)

        func trace(_ frame: CutFrame) { composed.withLock { $0 += 1 } }

        func trace(_ frame: InferredFrame) { generated.withLock { $0 += 1 } }

        func trace(_ frame: PastedFrame) {}
    }

    private let tracer = Tracer()
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1]) }

    /// Renders nine frames, in one session, as whole networks are.
    private func pipeline(onRun: @escaping @Sendable (Int) -> Void = { _ in }) async throws -> FramePipeline {
        var pipeline = try await FramePipeline(
            generator: .syncTalk328AVE, model: try .zeros(for: .syncTalk328AVE), template: try folder.open(),
            features: FeatureRows(Tensor(zeros: [9, 512])), engine: ObservedEngine { count, _ in onRun(count) },
            sessionOptions: SessionOptions(threads: 2), decoder: TextImageDecoder())
        pipeline.tracer = tracer
        return pipeline
    }

    @Test("a slow consumer blocks every stage before it")
    func blocked() async throws {
        let pipeline = try await pipeline()
        for try await frame in pipeline.frames where frame.index == 0 {
            // The session has a frame to hand on then, and so has compose.
            while tracer.composed.withLock({ $0 }) < 3 || tracer.generated.withLock({ $0 }) < 2 {
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .seconds(1))
        }
        let stages = pipeline.times.stages
        #expect(try #require(stages[.paste]).blocked >= .seconds(1))
        #expect(try #require(stages[.infer]).blocked >= .seconds(0.5))
        #expect(try #require(stages[.cut]).blocked >= .seconds(0.5))
        // Neither sound nor anything written.
        #expect(stages[.encode] == nil && stages[.audio] == nil)
    }

    @Test("a slow engine is busy, starves the stage after it and blocks the one before it")
    func starved() async throws {
        let tracer = tracer
        let pipeline = try await pipeline { count in
            guard count == 0 else { return }
            // Compose has a frame to hand on while the session has its first.
            while tracer.composed.withLock({ $0 }) < 2 { usleep(1000) }
            sleep(1)
        }
        for try await _ in pipeline.frames {}
        let stages = pipeline.times.stages
        let generate = try #require(stages[.infer])
        #expect(generate.busy >= .seconds(1) && generate.busy == pipeline.times.busy(.infer))
        #expect(try #require(stages[.paste]).starved >= .seconds(0.5))
        #expect(try #require(stages[.cut]).blocked >= .seconds(0.5))
        #expect(pipeline.threads == [.cut: 1, .infer: 2, .paste: 1])
    }
}
