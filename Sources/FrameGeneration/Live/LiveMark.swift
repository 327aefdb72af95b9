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
    /// Step of the walk over the template, counted from the beginning of a round.
    package let walkStep: Int
    /// When it was due, by the clock of its pace.
    let due: Duration

    package init(
        utterance: Int?, secondsSpoken: Double, seenUtterance: Int?, isIdle: Bool, isRepeated: Bool, walkStep: Int,
        due: Duration
    ) {
        self.utterance = utterance
        self.secondsSpoken = secondsSpoken
        self.seenUtterance = seenUtterance
        self.isIdle = isIdle
        self.isRepeated = isRepeated
        self.walkStep = walkStep
        self.due = due
    }
}
