import FrameGeneration
import Framegen
import FramegenTools

/// What `framegen bench` has measured: the run of the median speed, and what there is to say of all.
struct BenchReport: Report {
    let engine: String
    let precision: Precision
    /// Why auto has chosen it, where there was a choice.
    let precisionReason: String?
    let processors: Int
    let frames: Int
    /// From the request to the finished file.
    let seconds: Double
    let framesPerSecond: Double
    /// Of all processors' time, 0…1.
    let processorShare: Double
    let stages: [String: StageReport]
    /// Until the template's images had all been used once.
    let firstPass: PartReport?
    /// After the first pass over the template; nil when nothing came after it.
    let warm: PartReport?
    /// Of an avatar that stays loaded.
    let nextTake: NextTake
    let templateCache: CacheReport
    /// From the start of the process, in the first run.
    let readySeconds: Double?
    let firstFrameSeconds: Double?
    /// Out of the encoder, which looks some frames ahead.
    let firstEncodedFrameSeconds: Double?
    let peakMemoryBytes: Int?
    let runs: [RunReport]
    let text: String

    /// Milliseconds are for a frame, summed over what a stage does side by side.
    struct StageReport: Encodable {
        let busyMillisecondsPerFrame: Double
        let starvedMillisecondsPerFrame: Double
        let blockedMillisecondsPerFrame: Double
        /// At most; nil where the encoder chooses.
        let threads: Int?
    }

    struct PartReport: Encodable {
        let frames: Int
        let seconds: Double
        let framesPerSecond: Double
        let processorShare: Double
        let stages: [String: StageReport]
    }

    struct CacheReport: Encodable {
        let kept: Int
        let prepared: Int
        /// Of those prepared, with what the network computes found on disk.
        let stored: Int
        let keptShare: Double
        let bytes: Int
        let budgetBytes: Int
    }

    struct RunReport: Encodable {
        let seconds: Double
        let framesPerSecond: Double
        let firstPassFramesPerSecond: Double?
        let warmFramesPerSecond: Double?
        let processorShare: Double
        let warmProcessorShare: Double?
        /// From the request.
        let readySeconds: Double
    }

    init(_ summary: BenchmarkSummary) {
        let median = summary.median
        let count = summary.processorCount
        engine = summary.engineName
        precision = summary.precision
        precisionReason = summary.precisionReason
        processors = count
        frames = median.whole.frameCount
        seconds = median.whole.duration / .seconds(1)
        framesPerSecond = median.whole.framesPerSecond
        processorShare = median.whole.processorShare(of: count)
        stages = Self.stages(of: median.whole, summary.threads)
        func report(_ part: BenchmarkSummary.Part) -> PartReport {
            PartReport(
                frames: part.frameCount, seconds: part.duration / .seconds(1), framesPerSecond: part.framesPerSecond,
                processorShare: part.processorShare(of: count), stages: Self.stages(of: part, summary.threads))
        }
        firstPass = median.firstPass.map(report)
        warm = median.warm.map(report)
        nextTake = summary.nextTake
        let used = median.templateFrames
        templateCache = CacheReport(
            kept: used.kept, prepared: used.prepared, stored: used.stored, keptShare: used.keptShare,
            bytes: used.keptBytes,
            budgetBytes: summary.templateCacheInBytes)
        readySeconds = summary.sinceProcessStart(\.timeToReady).map { $0 / .seconds(1) }
        firstFrameSeconds = summary.sinceProcessStart(\.timeToFirstFrame).map { $0 / .seconds(1) }
        firstEncodedFrameSeconds = summary.sinceProcessStart(\.timeToFirstEncodedFrame).map { $0 / .seconds(1) }
        peakMemoryBytes = summary.peakMemoryInBytes
        runs = summary.runs.map {
            RunReport(
                seconds: $0.whole.duration / .seconds(1), framesPerSecond: $0.whole.framesPerSecond,
                firstPassFramesPerSecond: $0.firstPass?.framesPerSecond, warmFramesPerSecond: $0.warm?.framesPerSecond,
                processorShare: $0.whole.processorShare(of: count),
                warmProcessorShare: $0.warm?.processorShare(of: count), readySeconds: $0.timeToReady / .seconds(1))
        }
        text = BenchText(summary).text
    }

    private enum CodingKeys: CodingKey {
        case engine, precision, precisionReason, processors, frames, seconds, framesPerSecond, processorShare, stages
        case firstPass, warm, nextTake, templateCache, readySeconds, firstFrameSeconds, firstEncodedFrameSeconds,
            peakMemoryBytes, runs
    }

    private static func stages(of part: BenchmarkSummary.Part, _ threads: [Stage: Int]) -> [String: StageReport] {
        let pairs = part.stages.map { stage, time in
            (
                stage.rawValue,
                StageReport(
                    busyMillisecondsPerFrame: part.millisecondsPerFrame(time.busy),
                    starvedMillisecondsPerFrame: part.millisecondsPerFrame(time.starved),
                    blockedMillisecondsPerFrame: part.millisecondsPerFrame(time.blocked), threads: threads[stage])
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension BenchmarkSummary.Part {
    func millisecondsPerFrame(_ duration: Duration) -> Double { duration / .milliseconds(1) / Double(frameCount) }
}
