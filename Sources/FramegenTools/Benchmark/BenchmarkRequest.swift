import Foundation
public import FrameGeneration
public import Framegen

/// What to render, again and again, to see how fast that is.
public struct BenchmarkRequest: Sendable, Codable, Hashable {
    /// How often it may be rendered.
    public static let repetitionCounts = 1...1000

    /// What to render, into a video that is removed again.
    ///
    /// Of its own outputs only the first video's quality and preset count.
    public var generation: GenerationRequest
    /// How often to render it.
    public var repetitions = 3

    /// A benchmark of `generation`, with default settings, to be changed as needed.
    public init(_ generation: GenerationRequest) {
        self.generation = generation
    }

    /// Reads a benchmark in which all but the generation may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        generation = try container.decode(GenerationRequest.self, forKey: .generation)
        repetitions = try container.decode(.repetitions, default: repetitions)
    }
}

extension BenchmarkRequest {
    /// Renders and measures.
    ///
    /// Times since the process's start tell something only where this is the first that the process does, and memory
    /// where nothing else is done beside it.
    ///
    /// - Parameter report: called for every event of every repetition, in order, from one task; warnings come once.
    /// - Returns: what was measured.
    /// - Throws: `FramegenError`, as rendering does. Nothing is left of the video, then or otherwise.
    public func run(
        report: @escaping @Sendable (TakeEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> BenchmarkSummary {
        guard Self.repetitionCounts.contains(repetitions) else {
            throw FramegenError(
                .invalidRequest,
                "the number of repetitions is \(repetitions), expected 1 to \(Self.repetitionCounts.upperBound)")
        }
        let timeBeforeFirstRun = ProcessClock.age
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let first = try await measured(in: folder, report: report)
        let peakMemory = PeakMemory.inBytes
        var runs = [first.run]
        for _ in 1..<repetitions {
            let next = try await measured(in: folder) { event in
                if case .warning = event { return }
                report(event)
            }
            runs.append(next.run)
        }
        return BenchmarkSummary(
            runs: runs, nextTake: try await NextTake(generation, folder: folder),
            engineName: first.summary.engineName, precision: first.summary.precision,
            precisionReason: first.summary.precisionReason, processorCount: processorCount,
            threads: first.threads.filter { first.run.whole.stages[$0.key] != nil },
            timeBeforeFirstRun: timeBeforeFirstRun, peakMemoryInBytes: peakMemory,
            templateCacheInBytes: generation.settings.template.cacheInBytes ?? MemoryBudget.standardInBytes)
    }

    private func measured(
        in folder: String, report: @escaping @Sendable (TakeEvent) -> Void
    ) async throws(FramegenError) -> (run: BenchmarkSummary.Run, summary: GenerationSummary, threads: [Stage: Int]) {
        var request = generation
        request.outputs = [.video(generation.video(in: folder))]
        let recorder = RunRecorder()
        var hooks = RenderingHooks()
        hooks.opened = { recorder.opened($0, $1) }
        let summary = try await request.render(with: hooks) { event in
            if case .framesFinished(let count) = event { recorder.framesFinished(count) }
            report(event)
        }
        return (await recorder.finish(frameCount: summary.frameCount), summary, recorder.threads)
    }

    /// A folder that nobody else may look into.
    private static func makeFolder() throws(FramegenError) -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "framegen-bench-\(UUID().uuidString)")
        let path = url.path(percentEncoded: false)
        guard mkdir(path, 0o700) == 0 else { throw Folder.unwritable(path, errno) }
        return path
    }
}

extension GenerationRequest {
    /// A video like the request's first one, in `folder`.
    func video(in folder: String) -> VideoOutput {
        let videos = outputs.compactMap { output in if case .video(let video) = output { video } else { nil } }
        var video = videos.first ?? VideoOutput(path: "")
        video.path = "\(folder)/video.mp4"
        video.overwrites = true
        return video
    }
}
