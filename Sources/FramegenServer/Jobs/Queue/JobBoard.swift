import Synchronization

/// How far a running job has come.
package struct JobProgress: Sendable, Hashable {
    package var framesMade: Int
    /// As far as it is known.
    package var frameCount: Int?

    package init(framesMade: Int, frameCount: Int?) {
        self.framesMade = framesMade
        self.frameCount = frameCount
    }
}

/// What changes too often for the database, and who waits for it: a tick says no more than that there is news, so a slow
/// watcher costs nothing and misses nothing that still holds.
package final class JobBoard: Sendable {
    private struct State {
        var progress: [String: JobProgress] = [:]
        var watchers: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
        var nextWatcher = 0
        var runs: [String: Task<JobOutcome, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Ticks at once, and then whenever the job may have changed.
    package func ticks(of id: String) -> AsyncStream<Void> {
        let (ticks, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watcher = state.withLock { state in
            state.nextWatcher += 1
            state.watchers[id, default: [:]][state.nextWatcher] = continuation
            return state.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.watchers[id]?[watcher] = nil
                if state.watchers[id]?.isEmpty == true { state.watchers[id] = nil }
            }
        }
        continuation.yield()
        return ticks
    }

    /// How many watch a job.
    package func watcherCount(of id: String) -> Int { state.withLock { $0.watchers[id]?.count ?? 0 } }

    func tick(_ id: String) {
        let watchers = state.withLock { $0.watchers[id] } ?? [:]
        for watcher in watchers.values { watcher.yield() }
    }

    func report(_ progress: JobProgress, of id: String) {
        let isNews = state.withLock { state in
            // A run that has ended may still have something to say.
            guard let before = state.progress[id] else { return false }
            state.progress[id] = progress
            // Once for every second or so of video.
            return progress.framesMade / 25 != before.framesMade / 25 || progress.frameCount != before.frameCount
        }
        if isNews { tick(id) }
    }

    func withProgress(_ job: Job) -> Job {
        guard job.state == .running, let progress = state.withLock({ $0.progress[job.id] }) else { return job }
        var job = job
        job.framesMade = progress.framesMade
        job.frameCount = progress.frameCount
        return job
    }

    func progress(of id: String) -> JobProgress? { state.withLock { $0.progress[id] } }

    /// A job is about to run.
    func begin(_ id: String) {
        state.withLock { $0.progress[id] = JobProgress(framesMade: 0, frameCount: nil) }
    }

    /// A job's run can be stopped from now on.
    func follow(_ run: Task<JobOutcome, Never>, of id: String) {
        state.withLock { $0.runs[id] = run }
    }

    /// A job does not run any more.
    func end(_ id: String) {
        state.withLock { state in
            state.progress[id] = nil
            state.runs[id] = nil
        }
        tick(id)
    }

    /// Stops a job's run, if there is one, and waits for its end.
    func stop(_ id: String) async {
        let run = state.withLock { $0.runs[id] }
        run?.cancel()
        _ = await run?.value
    }
}
