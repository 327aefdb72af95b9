import AsyncAlgorithms

/// Runs compose and generate side by side, each at most one frame ahead of who comes after it, for as long as somebody
/// holds the driver.
final class StageDriver: Sendable {
    private let generated = AsyncThrowingChannel<GeneratedFrame, any Error>()
    private let task: Task<Void, Never>

    init(compose: ComposeStage, generate: GenerateStage, tracer: (any FrameTracing)?) {
        task = Task { [generated] in
            let composed = AsyncThrowingChannel<ComposedFrame, any Error>()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        while !Task.isCancelled, let frame = try await compose.next() {
                            try await tracer?.trace(frame)
                            await composed.send(frame)
                        }
                        composed.finish()
                    } catch {
                        composed.fail(error)
                    }
                }
                do {
                    for try await frame in composed {
                        let face = try await generate.generate(frame)
                        try await tracer?.trace(face)
                        await generated.send(face)
                    }
                    generated.finish()
                } catch {
                    generated.fail(error)
                }
                // When the network failed, nobody takes what is composed any more.
                group.cancelAll()
            }
        }
    }

    deinit { task.cancel() }

    /// The next frame, or nil after the last one, and when the calling task is cancelled.
    func next() async throws(FramegenError) -> GeneratedFrame? {
        do {
            return try await withTaskCancellationHandler {
                var iterator = generated.makeAsyncIterator()
                return try await iterator.next()
            } onCancel: {
                task.cancel()
            }
        } catch let error as FramegenError {
            throw error
        } catch is CancellationError {
            throw FramegenError(.cancelled, "cancelled")
        } catch {
            throw FramegenError(.internalFailure, "a stage failed: \(error)", cause: error)
        }
    }
}
