/// What a take reports while it works.
public enum TakeEvent: Sendable, Codable, Hashable {
    /// The speech is open and the stages are about to start; `frameCount` is an estimate where it comes from a sound file.
    case started(frameCount: Int?, engine: String)
    /// Something the user should know and that does not stop the work.
    case warning(String)
    /// So many frames have been written by all sinks up to now.
    case framesFinished(count: Int)
    /// All frames were handed over, and all sinks are finished.
    case ended(TakeSummary)

    // Swift's own name for a value without a label, `_0`, says nothing to who reads the JSON.
    private enum WarningCodingKeys: String, CodingKey {
        case _0 = "message"
    }
    private enum EndedCodingKeys: String, CodingKey {
        case _0 = "summary"
    }
}

/// What a take has made.
public struct TakeSummary: Sendable, Codable, Hashable {
    /// Frames made.
    public let frameCount: Int
    /// Their rate.
    public let frameRate: FrameRate
    /// From the call of `speak` to the completed outputs.
    public let durationInSeconds: Double
    /// Seconds in which each stage was at work, by its name; stages overlap.
    public let busySeconds: [String: Double]

    package init(frameCount: Int, frameRate: FrameRate, duration: Duration, times: StageTimes) {
        self.frameCount = frameCount
        self.frameRate = frameRate
        durationInSeconds = duration / .seconds(1)
        busySeconds = Dictionary(
            uniqueKeysWithValues: Stage.allCases.map { ($0.rawValue, times.busy($0) / .seconds(1)) })
    }
}

/// What there is to know of a take before its first frame.
public struct TakeFormat: Sendable, Hashable {
    /// Size of every frame.
    public let frameSize: ImageSize
    /// Frames a second.
    public let frameRate: FrameRate
    /// Frames to come, as far as the length of the speech is known.
    public let frameCount: Int?
    /// How the frames' sound is stored; nil where they have none.
    public let sound: SoundTrackFormat?
    /// The first frame of the speech that the take makes; 0 unless it makes a later segment.
    public let firstFrame: Int
    /// The part of the speech that the take makes, where that is not the whole.
    public let segment: SpeechSegment?
}
