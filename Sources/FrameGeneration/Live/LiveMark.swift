/// What a frame of live speech shows and when it was due.
public struct LiveMark: Sendable, Hashable {
    /// The utterance that is heard with the frame; nil for silence between them.
    public let utterance: Int?
    /// Seconds of that utterance before the frame.
    public let secondsSpoken: Double
    /// The newest utterance that the face was made from, some of which is heard only later.
    public let seenUtterance: Int?
    /// Whether the face is the one for silence.
    public let isIdle: Bool
    /// Whether its picture is that of frames around it, since there was no time to make one.
    public let isRepeated: Bool
    /// When it was due, by the clock of its pace.
    let due: Duration
}
