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
    /// Whether it shows the picture of the frame before it, since there was no time to make one.
    public private(set) var isRepeated = false
    /// When it was due, by the clock of its pace.
    private(set) var due: Duration
    private let frameDuration: Duration

    init(
        utterance: Int?, secondsSpoken: Double, seenUtterance: Int?, isIdle: Bool, due: Duration,
        frameDuration: Duration
    ) {
        self.utterance = utterance
        self.secondsSpoken = secondsSpoken
        self.seenUtterance = seenUtterance
        self.isIdle = isIdle
        self.due = due
        self.frameDuration = frameDuration
    }

    /// The mark of the frame `place` frames after this one, which shows the same picture.
    func repeated(_ place: Int) -> LiveMark {
        guard place > 0 else { return self }
        var mark = self
        mark.isRepeated = true
        mark.due += frameDuration * place
        return mark
    }
}
