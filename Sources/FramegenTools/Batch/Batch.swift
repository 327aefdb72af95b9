import Foundation
public import FrameGeneration
public import Framegen

/// Renders many speeches, with avatars that stay loaded between them.
///
/// A job that fails is reported, and the others go on. A video that is there already is finished work, since videos
/// appear under their names only when they are whole: its job is skipped, so that a batch that was ended goes on where it
/// was.
public struct Batch: Sendable {
    /// What to render, in this order.
    public var jobs: [BatchJob]
    /// Takes that are rendered side by side; at least 1.
    public var takesAtOnce = 2
    /// Whether videos that are there already are rendered anew.
    public var overwrites = false
    /// Memory that avatars may stay loaded in.
    public var memoryInBytes = Batch.standardMemoryInBytes
    /// Threads that networks may use; nil for one a processor.
    public var threads: Int?

    /// Room for three or four usual avatars, or half of the memory of a small machine.
    public static var standardMemoryInBytes: Int { 6 * MemoryBudget.standardInBytes }

    /// A batch with usual settings, to be changed as needed.
    public init(_ jobs: [BatchJob]) { self.jobs = jobs }

    /// What a batch reports while it works.
    public enum Event: Sendable {
        /// The job's video was there already.
        case skipped(BatchJob)
        /// The job is being rendered.
        case started(BatchJob)
        /// The user should know this of the job.
        case warning(BatchJob, String)
        /// So many seconds of the job's video are written.
        case progressed(BatchJob, seconds: Double)
        /// The job has ended, well or not.
        case ended(Result)
    }

    /// What has become of a job.
    public struct Result: Sendable {
        /// The job.
        public let job: BatchJob
        /// What was made; nil where that failed or the job was skipped.
        public let summary: GenerationSummary?
        /// Why it failed.
        public let error: FramegenError?
        /// Whether the video was there already.
        public var wasSkipped: Bool { summary == nil && error == nil }
    }

    /// Renders all jobs.
    ///
    /// - Parameter report: called for every event, from several tasks, one at a time for each job.
    /// - Returns: a result for each job, in their order.
    /// - Throws: `FramegenError` with `.cancelled`; jobs that are finished by then stay finished.
    public func run(report: @escaping @Sendable (Event) -> Void = { _ in }) async throws(FramegenError) -> [Result] {
        guard takesAtOnce >= 1 else {
            throw FramegenError(.invalidRequest, "\(takesAtOnce) takes at once, expected 1 or more")
        }
        let store = AvatarStore(memoryInBytes: memoryInBytes, threads: ThreadBudget(threadCount: threads))
        let (jobs, overwrites) = (jobs, overwrites)
        let results = await withTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: jobs.count)
            var next = 0
            func startNext() {
                guard next < jobs.count, !Task.isCancelled else { return }
                let index = next
                next += 1
                group.addTask { (index, await Self.run(jobs[index], in: store, overwrites: overwrites, report)) }
            }
            for _ in 0..<takesAtOnce { startNext() }
            for await (index, result) in group {
                results[index] = result
                startNext()
            }
            return results.compactMap { $0 }
        }
        try Task.checkNotCancelled()
        return results
    }

    private static func run(
        _ job: BatchJob, in store: AvatarStore, overwrites: Bool, _ report: @escaping @Sendable (Event) -> Void
    ) async -> Result {
        let result: Result
        if !overwrites, FileManager.default.fileExists(atPath: job.outputPath) {
            report(.skipped(job))
            result = Result(job: job, summary: nil, error: nil)
        } else {
            do throws(FramegenError) {
                result = Result(job: job, summary: try await render(job, in: store, overwrites, report), error: nil)
            } catch {
                result = Result(job: job, summary: nil, error: error)
            }
        }
        report(.ended(result))
        return result
    }

    private static func render(
        _ job: BatchJob, in store: AvatarStore, _ overwrites: Bool, _ report: @escaping @Sendable (Event) -> Void
    ) async throws(FramegenError) -> GenerationSummary {
        var request = job.request
        request.outputs = request.outputs.map { output in
            guard case .video(var video) = output else { return output }
            video.overwrites = overwrites
            return .video(video)
        }
        let finished = request
        try await runBlocking { () throws(FramegenError) in try finished.checkOutputs() }
        return try await store.withAvatar(request.source, settings: request.settings) { avatar throws(FramegenError) in
            report(.started(job))
            let rate = finished.take.frameRate ?? avatar.generator.frameRate
            let framesPerSecond = Double(rate.numerator) / Double(rate.denominator)
            return try await finished.render(avatar) { event in
                switch event {
                case .framesFinished(let count): report(.progressed(job, seconds: Double(count) / framesPerSecond))
                case .warning(let text): report(.warning(job, text))
                case .started, .ended: break
                }
            }
        }
    }
}
