import AsyncAlgorithms

/// Runs compose and the network's sessions side by side, for as long as somebody holds the driver.
///
/// The sessions take frames in turn, and their faces are taken in the same turn, so that frames stay in their order.
final class StageDriver: Sendable {
    /// Where a session's frames come from, and where its faces go.
    private struct Lane: Sendable {
        let stage: GenerateStage
        let composed = AsyncThrowingChannel<ComposedFrame, any Error>()
        let generated = AsyncThrowingChannel<GeneratedFrame, any Error>()

        func run(_ tracer: (any FrameTracing)?, _ times: StageTimes) async {
            do {
                var idle = ContinuousClock.now
                for try await frame in composed {
                    times.add(.generate, .starved, since: idle)
                    let face = try await stage.generate(frame)
                    try await tracer?.trace(face)
                    let finished = ContinuousClock.now
                    await generated.send(face)
                    times.add(.generate, .blocked, since: finished)
                    idle = .now
                }
                generated.finish()
            } catch {
                generated.fail(error)
            }
        }
    }

    private let lanes: [Lane]
    private let task: Task<Void, Never>

    init(compose: ComposeStage, generate: [GenerateStage], tracer: (any FrameTracing)?, times: StageTimes) {
        let lanes = generate.map { Lane(stage: $0) }
        self.lanes = lanes
        task = Task {
            await withTaskGroup(of: Void.self) { group in
                for lane in lanes { group.addTask { await lane.run(tracer, times) } }
                await Self.feed(lanes, from: compose, tracer, times)
                for lane in lanes { lane.composed.finish() }
            }
        }
    }

    deinit { task.cancel() }

    private static func feed(
        _ lanes: [Lane], from compose: ComposeStage, _ tracer: (any FrameTracing)?, _ times: StageTimes
    ) async {
        var turn = 0
        do {
            while !Task.isCancelled, let frame = try await compose.next() {
                try await tracer?.trace(frame)
                let finished = ContinuousClock.now
                await lanes[turn].composed.send(frame)
                times.add(.compose, .blocked, since: finished)
                turn = (turn + 1) % lanes.count
            }
        } catch {
            // The frames before it are still to be delivered.
            lanes[turn].composed.fail(error)
        }
    }

    /// The face of the frame number `turn`, counted from 0, or nil after the last one, and when the calling task is
    /// cancelled.
    func face(_ turn: Int) async throws(FramegenError) -> GeneratedFrame? {
        do {
            return try await withTaskCancellationHandler {
                var iterator = lanes[turn % lanes.count].generated.makeAsyncIterator()
                return try await iterator.next()
            } onCancel: {
                task.cancel()
            }
        } catch {
            // Nobody takes the frames after it any more.
            task.cancel()
            switch error {
            case let error as FramegenError: throw error
            case is CancellationError: throw FramegenError(.cancelled, "cancelled")
            default: throw FramegenError(.internalFailure, "a stage failed: \(error)", cause: error)
            }
        }
    }
}
