import Foundation
public import FrameGeneration

/// What to render, again and again, to see how fast that is.
public struct BenchmarkRequest: Sendable, Codable, Equatable {
    /// How often it may be rendered.
    public static let repetitionCounts = 1...1000

    /// What to render, into a video that is removed again.
    ///
    /// Of its own outputs only the video's quality and preset count.
    public var generation: GenerationRequest
    /// How often to render it.
    public var repetitions = 3

    /// A benchmark of `generation`, with default settings, to be changed as needed.
    public init(_ generation: GenerationRequest) {
        self.generation = generation
    }

    // Decoding is written out so that settings left out of the JSON keep their defaults.

    /// Reads a benchmark in which all but the generation may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        generation = try container.decode(GenerationRequest.self, forKey: .generation)
        repetitions = try container.decodeIfPresent(Int.self, forKey: .repetitions) ?? repetitions
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
        report: @Sendable (GenerationEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> BenchmarkSummary {
        guard Self.repetitionCounts.contains(repetitions) else {
            throw FramegenError(
                .invalidRequest,
                "the number of repetitions is \(repetitions), expected 1 to \(Self.repetitionCounts.upperBound)")
        }
        let timeBeforeFirstRun = ProcessClock.age
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let first = try await measured(in: folder) { report($0) }
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
            runs: runs, engineName: first.summary.engineName, precision: first.summary.precision,
            processorCount: processorCount, threads: first.threads, timeBeforeFirstRun: timeBeforeFirstRun,
            peakMemoryInBytes: peakMemory,
            templateCacheInBytes: generation.templateCacheInBytes ?? MemoryBudget.standardInBytes)
    }

    private func measured(
        in folder: String, report: @Sendable (GenerationEvent) -> Void
    ) async throws(FramegenError) -> (run: BenchmarkSummary.Run, summary: GenerationSummary, threads: [Stage: Int]) {
        var request = generation
        request.frameFolder = nil
        request.tensorDump = nil
        let path = "\(folder)/video.mp4"
        request.video = generation.video ?? GenerationRequest.Video(path: path)
        request.video?.path = path
        request.video?.overwrites = true
        let recorder = RunRecorder()
        let summary = try await request.render {
            recorder.opened($0, $1)
        } report: { event in
            if case .frameFinished(let index) = event { recorder.frameFinished(index) }
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
