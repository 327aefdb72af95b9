public import FrameGeneration

/// What an extraction of features reports while it works.
public enum FeatureExtractionEvent: Sendable {
    /// Inputs are checked and the engine is ready; `rowCount` is an estimate, from what the sound file says of itself.
    case started(rowCount: Int?, engine: String)
    /// Something the user should know and that does not stop the work.
    case warning(String)
    /// So many rows have been written up to now; reported for every second of sound, and for the last rows.
    case rowsFinished(count: Int)
}

/// What an extraction of features has made.
public struct FeatureExtractionSummary: Sendable {
    /// The file.
    public let path: String
    /// Rows written, one for a video frame.
    public let rowCount: Int
    /// Sizes of a row: `[512]`.
    public let rowShape: [Int]
    /// Rows for a second of video: 25.
    public let rowsPerSecond: Int
    /// The name of the engine that ran the audio encoder.
    public let engineName: String
    /// From the request to the completed file, set-up included.
    public let duration: Duration
    /// Busy time: `audio` for making the features, reading the sound included, `encode` for writing them.
    public let stageTimes: [Stage: Duration]
}
