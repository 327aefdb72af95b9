package import Foundation
import FrameGeneration
import Logging
import Metrics
import ServiceLifecycle

/// What a runner gets of a job.
package struct JobWork: Sendable {
    package let id: String
    package let avatar: String
    package let settings: JobSettings
    /// The uploaded sound.
    package let soundPath: String
    /// Where the video has to be when the runner returns.
    package let videoPath: String
}

/// Makes the video of a job, tells how far it is, and returns the number of frames; a cancelled one leaves nothing.
package typealias JobRunner =
    @Sendable (_ work: JobWork, _ report: @escaping @Sendable (JobProgress) -> Void) async throws -> Int

/// Runs jobs in the order of their submission, a bounded number at a time.
///
/// Told to stop, it stops what runs, and puts it back for the next start.
package actor JobQueue: Service {
    private let store: JobStore
    private let runner: JobRunner
    private let pauseAfterFailure: Duration
    private let now: @Sendable () -> Date
    private var runningCount = 0

    /// - Parameters:
    ///   - store: where jobs are.
    ///   - pauseAfterFailure: between attempts to record something while the disk is full.
    ///   - now: the time.
    ///   - runner: makes a video.
    package init(
        store: JobStore, pauseAfterFailure: Duration = .seconds(5), now: @escaping @Sendable () -> Date = { Date() },
        runner: @escaping JobRunner
    ) {
        self.store = store
        self.runner = runner
        self.pauseAfterFailure = pauseAfterFailure
        self.now = now
    }

    package func run() async {
        store.wake.yield()
        await withDiscardingTaskGroup { group in
            for await _ in store.wakeups.cancelOnGracefulShutdown() {
                while runningCount < store.limits.jobsAtOnce, let job = await nextJob() {
                    runningCount += 1
                    group.addTask { await self.perform(job) }
                }
            }
            group.cancelAll()
        }
    }

    private func nextJob() async -> Job? {
        guard !Task.isCancelled, !Task.isShuttingDownGracefully else { return nil }
        do {
            let job = try await store.database.startNext(now: now())
            if let job { store.board.begin(job.id) }
            return job
        } catch {
            // A job waits until its start can be recorded.
            store.logger.error("no job can be started", metadata: ["problem": "\(error.detail)"])
            let (wake, pause) = (store.wake, pauseAfterFailure)
            Task {
                try? await Task.sleep(for: pause)
                wake.yield()
            }
            return nil
        }
    }

    private func perform(_ job: Job) async {
        let run = Task { await outcome(of: job) }
        store.board.follow(run, of: job.id)
        store.board.tick(job.id)
        // It may have been cancelled before its run could be stopped.
        if (try? await store.database.job(job.id, of: job.client))?.state != .running { run.cancel() }
        let ending = await withTaskCancellationHandler {
            await run.value
        } onCancel: {
            run.cancel()
        }
        await record(ending, of: job)
        store.board.end(job.id)
        runningCount -= 1
        store.wake.yield()
    }

    private func outcome(of job: Job) async -> JobOutcome {
        let work = JobWork(
            id: job.id, avatar: job.avatar, settings: job.settings, soundPath: store.folder.uploadPath(job.upload),
            videoPath: store.folder.videoPath(job.id))
        let board = store.board
        do {
            let framesMade = try await runner(work) { progress in board.report(progress, of: job.id) }
            let folder = store.folder
            let bytes = try await Task {
                try await runBlocking { () throws(FramegenError) in try folder.synchronizeVideo(job.id) }
            }.value
            return .done(framesMade: framesMade, videoBytes: bytes)
        } catch {
            store.folder.removeVideo(job.id)
            guard !Task.isCancelled else { return .putBack }
            store.logger.warning("a job failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
            let progress = board.progress(of: job.id)
            return .failed(
                JobProblem(of: error, avatar: work.avatar, soundPath: work.soundPath),
                framesMade: progress?.framesMade ?? 0,
                frameCount: progress?.frameCount)
        }
    }

    private func record(_ outcome: JobOutcome, of job: Job) async {
        while true {
            do {
                let isRecorded = try await store.database.end(job.id, outcome, now: now())
                if case .done(_, let bytes) = outcome {
                    // Who cancelled it in its last moment does not want the video.
                    if isRecorded { store.quota.add(bytes) } else { store.folder.removeVideo(job.id) }
                }
                Counter(label: "framegen_jobs", dimensions: [("outcome", isRecorded ? outcome.name : "cancelled")])
                    .increment()
                return
            } catch {
                store.logger.error(
                    "the end of a job cannot be recorded",
                    metadata: ["job": "\(job.id)", "problem": "\(error.detail)"])
                // Not recorded, it is run again at the next start.
                guard (try? await Task.sleep(for: pauseAfterFailure)) != nil else { return }
            }
        }
    }
}

extension JobOutcome {
    fileprivate var name: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .putBack: "put-back"
        }
    }
}

extension JobProblem {
    /// What a client is told of a failure.
    fileprivate init(of error: any Error, avatar: String, soundPath: String) {
        switch error {
        case let problem as Problem:
            self.init(problem.kind, problem.detail)
        case let error as FramegenError where error.code == .cannotWrite:
            self.init(.storageFull, "the server could not write the video; its disk may be full")
        case let error as FramegenError where error.message.contains(soundPath):
            self.init(.unreadableSound, ClientText(hiding: soundPath).text(of: error))
        default:
            self.init(.internalFailure, "the avatar \(avatar) could not make the video; the server's log says why")
        }
    }
}
