/// Runs blocking work on a thread outside the cooperative pool; it still sees the cancellation of the calling task.
package func runBlocking<Value: Sendable>(
    _ work: @Sendable () throws(FramegenError) -> Value
) async throws(FramegenError) -> Value {
    try await BlockingWork().run(work)
}

private actor BlockingWork {
    private let executor = StageExecutor(name: "blocking")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func run<Value: Sendable>(_ work: @Sendable () throws(FramegenError) -> Value) throws(FramegenError) -> Value {
        try Task.checkNotCancelled()
        return try work()
    }
}
