public import FrameGeneration

/// What a run reports while it works.
public enum GenerationEvent: Sendable {
    /// Inputs are checked and the engine is ready.
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
    /// Paths of the first and the last one.
    public let firstFramePath: String
    /// Path of the last one.
    public let lastFramePath: String
    /// From the request to the last frame, inputs and engine set-up included.
    public let duration: Duration
    /// Busy time of each stage; stages overlap.
    public let stageTimes: [Stage: Duration]
}
