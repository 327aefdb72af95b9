import Synchronization

/// The sessions of an avatar, shared by its takes under a budget of threads.
final class WorkerPool: Sendable {
    /// Frames that can be worked on side by side.
    let workerCount: Int
    /// Threads that each session uses.
    let threadsPerWorker: Int
    private let budget: ThreadBudget
    private let places: ThreadBudget
    private let free: Mutex<[InferenceWorker]>

    init(_ workers: [InferenceWorker], threadsPerWorker: Int, budget: ThreadBudget) {
        workerCount = workers.count
        self.threadsPerWorker = threadsPerWorker
        self.budget = budget
        places = ThreadBudget(threadCount: workers.count)
        free = Mutex(workers)
    }

    /// Waits for a free session and lends it to `work`; what is urgent comes before what is not.
    ///
    /// - Throws: `.cancelled` while it waits, and what `work` throws.
    func withWorker<Value: Sendable>(
        isUrgent: Bool, _ work: (InferenceWorker) async throws(FramegenError) -> Value
    ) async throws(FramegenError) -> Value {
        try await places.take(1, isUrgent: isUrgent)
        defer { places.giveBack(1) }
        try await budget.take(threadsPerWorker, isUrgent: isUrgent)
        defer { budget.giveBack(threadsPerWorker) }
        guard let worker = free.withLock({ $0.popLast() }) else {
            throw FramegenError(.internalFailure, "no session is free, expected one of \(workerCount)")
        }
        defer { free.withLock { $0.append(worker) } }
        return try await work(worker)
    }
}
