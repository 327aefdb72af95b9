public import FrameGeneration

/// What a run reports while it works.
public enum GenerationEvent: Sendable {
    /// Inputs are checked and the engine is ready; `frameCount` is an estimate where it comes from a sound file.
    case started(frameCount: Int?, engine: String)
    /// Something the user should know and that does not stop the work.
    case warning(String)
    /// A frame has been written.
    case frameFinished(index: Int)
}

/// What a run has made.
public struct GenerationSummary: Sendable {
    /// Frames written.
    public let frameCount: Int
    /// Their rate.
    public let frameRate: FrameRate
    /// Paths of the first and the last frame, where they were written as files.
    public let framePaths: ClosedPaths?
    /// The video, where one was written.
    public let videoPath: String?
    /// The `index.json` of the frames' intermediates, where they were asked for.
    public let tensorIndexPath: String?
    /// The name of the engine that ran the networks.
    public let engineName: String
    /// The arithmetic that the frames were made in.
    public let precision: Precision
    /// Why this precision was chosen, where the request left it open and the processor has more than one.
    public let precisionReason: String?
    /// From the request to the completed output, set-up included.
    public let duration: Duration
    /// Busy time of each stage; stages overlap.
    public let stageTimes: [Stage: Duration]

    /// The ends of a row of files.
    public struct ClosedPaths: Sendable {
        /// The first file.
        public let first: String
        /// The last file.
        public let last: String
    }
}
