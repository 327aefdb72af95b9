public import FrameGeneration

/// What a benchmark has measured.
public struct BenchmarkSummary: Sendable {
    /// One for each repetition, in their order.
    public let runs: [Run]
    /// How soon a loaded avatar begins to speak again.
    public let nextTake: NextTake
    /// The name of the engine that ran the networks.
    public let engineName: String
    /// The arithmetic that the frames were made in.
    public let precision: Precision
    /// Why it was chosen, where the request left it open and the processor has more than one.
    public let precisionReason: String?
    /// Processors that the process may use.
    public let processorCount: Int
    /// Threads that work for a stage at most, of the stages that had something to do; the video encoder's are left out
    /// where it chooses them.
    public let threads: [Stage: Int]
    /// From the start of the process to the first request; nil where the system does not tell.
    public let timeBeforeFirstRun: Duration?
    /// The largest resident size of the process up to the end of the first run; nil where the system does not tell.
    public let peakMemoryInBytes: Int?
    /// What the template cache might have taken.
    public let templateCacheInBytes: Int

    /// The run of the median speed, the slower one of two.
    public var median: Run {
        runs.sorted { $0.whole.framesPerSecond < $1.whole.framesPerSecond }[(runs.count - 1) / 2]
    }

    /// From the start of the process to a moment of the first run; nil where the system does not tell.
    public func sinceProcessStart(_ moment: (Run) -> Duration?) -> Duration? {
        guard let before = timeBeforeFirstRun, let after = runs.first.flatMap(moment) else { return nil }
        return before + after
    }

    /// One rendering.
    public struct Run: Sendable {
        /// From being ready for the first frame until every frame of the template had been used once, or to the last
        /// frame where the speech ends before: what people get who show each image of a long template once.
        public let firstPass: Part?
        /// From the request to the finished file.
        public let whole: Part
        /// What came after every frame of the template had been used once, up to the last frame taken by the encoder;
        /// nil when there was nothing more.
        public let warm: Part?
        /// From the request to being ready for the first frame.
        public let timeToReady: Duration
        /// From the request to the first frame's being finished and taken by the encoder.
        public let timeToFirstFrame: Duration
        /// From the request to the first frame that came out of the encoder, which looks some frames ahead.
        public let timeToFirstEncodedFrame: Duration
        /// How often template frames were kept from before.
        public let templateFrames: TemplateFrameCounts
    }

    /// A run, or a part of it.
    public struct Part: Sendable {
        /// Frames that were written in it.
        public let frameCount: Int
        /// How long it took.
        public let duration: Duration
        /// Of all threads.
        public let processorTime: Duration
        /// How each stage spent its time; those that had nothing to do are left out.
        public let stages: [Stage: StageTime]

        /// Frames a second.
        public var framesPerSecond: Double { Double(frameCount) / (duration / .seconds(1)) }

        /// The share of `count` processors' time that was used, 0…1.
        public func processorShare(of count: Int) -> Double { processorTime / (duration * count) }
    }
}

extension TemplateFrameCounts {
    /// The share of uses for which the frame was kept from before, 0…1.
    public var keptShare: Double { Double(kept) / Double(max(kept + prepared, 1)) }
}
