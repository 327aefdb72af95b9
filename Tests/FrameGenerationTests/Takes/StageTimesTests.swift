import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

/// Waits are made a second long, and half of it is asked for: on a busy machine a stage may come late.
@Suite("Where stages spend their time", .timeLimit(.minutes(20)))
struct StageTimesTests {
    /// Counts the frames that are about to be handed on.
    private final class Tracer: FrameTracing {
        let cut = Mutex(0)
        let inferred = Mutex(0)
        let pasted = Mutex(0)

        func trace(_ frame: CutFrame) { cut.withLock { $0 += 1 } }

        func trace(_ frame: InferredFrame) { inferred.withLock { $0 += 1 } }

        func trace(_ frame: PastedFrame) { pasted.withLock { $0 += 1 } }
    }

    private let tracer = Tracer()
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1]) }

    /// Renders nine frames, in one session, as whole networks are.
    private func take(onRun: @escaping @Sendable (Int) -> Void = { _ in }) async throws -> Take {
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk328AVE, engine: ObservedEngine { count, _ in onRun(count) },
            threads: 2, templateCacheInBytes: 0)
        let features = FeatureRows(Tensor(zeros: [9, 512]))
        return avatar.speak(.rows(features), settings: TakeSettings(), tracer: tracer)
    }

    @Test("a slow consumer blocks every stage before it")
    func blocked() async throws {
        let take = try await take()
        for try await frame in take.frames where frame.index == 0 {
            // Every stage has a frame to hand on then, after the one that was taken.
            while tracer.pasted.withLock({ $0 }) < 2 || tracer.inferred.withLock({ $0 }) < 3
                || tracer.cut.withLock({ $0 }) < 4
            {
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .seconds(1.2))
        }
        let stages = take.times.stages
        #expect(try #require(stages[.paste]).blocked >= .seconds(1))
        #expect(try #require(stages[.infer]).blocked >= .seconds(0.5))
        #expect(try #require(stages[.cut]).blocked >= .seconds(0.5))
        // Neither sound nor anything written.
        #expect(stages[.encode] == nil && stages[.audio] == nil)
    }

    @Test("a slow engine is busy, starves the stage after it and blocks the one before it")
    func starved() async throws {
        let tracer = tracer
        let take = try await take { count in
            guard count == 0 else { return }
            // The next frame is cut while the session has its first.
            while tracer.cut.withLock({ $0 }) < 2 { usleep(1000) }
            sleep(1)
        }
        for try await _ in take.frames {}
        let stages = take.times.stages
        let infer = try #require(stages[.infer])
        #expect(infer.busy >= .seconds(1) && infer.busy == take.times.busy(.infer))
        #expect(try #require(stages[.paste]).starved >= .seconds(0.5))
        #expect(try #require(stages[.cut]).blocked >= .seconds(0.5))
        #expect(take.avatar.threads == [.audio: 1, .cut: 1, .infer: 2, .paste: 1])
    }
}
