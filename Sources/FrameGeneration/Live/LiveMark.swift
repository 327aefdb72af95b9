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
    /// When the frame was due, by the clock of its pace.
    package let due: Duration
    /// How many frames in a row show this picture, since there was no time to make one for each; 1 unless that happened.
    public let shownCount: Int
}
