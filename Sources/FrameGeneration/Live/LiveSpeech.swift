/// Speech without an end of its own: silence, in which one utterance after the other is said as it comes.
///
/// The take that speaks it goes on until `end` is called, at the pace of a clock. Where nothing is said, its faces are the
/// network's own for silence, made once for every template frame and kept, so that idling costs next to nothing.
///
/// An utterance begins as soon as enough of its sound is there, and its windows of features run over the silence around
/// it, so that the mouth moves evenly at both ends.
public actor LiveSpeech {
    /// The form of the sound of every frame; that of utterances is converted to it.
    public nonisolated let trackFormat: SoundTrackFormat
    /// What happens to utterances before their frames are made, to be iterated once.
    ///
    /// Of a reader that falls behind by more than 1,000 events the oldest are dropped.
    public nonisolated let events: AsyncStream<LiveSpeechEvent>
    /// What the person does while nothing is said.
    public private(set) var idle: LiveIdle
    nonisolated let pace: LivePace
    nonisolated let avatar: Avatar
    /// The row of features that the avatar's encoder makes of silence.
    nonisolated let silentRow: [Float]
    private let sendEvent: AsyncStream<LiveSpeechEvent>.Continuation
    private var queue: [Utterance] = []
    private var nextID = 1
    private var hasEnded = false
    /// Calls of `interrupt` up to now.
    private(set) var interruptionCount = 0

    /// Silence, for now.
    ///
    /// - Parameters:
    ///   - avatar: the one that will speak it.
    ///   - trackFormat: of every frame's sound.
    ///   - idle: what the person does while nothing is said.
    ///   - pace: what decides when a frame is due.
    /// - Throws: `FramegenError` with `.invalidRequest` when the avatar cannot make features of sound, and what its engine
    ///   throws.
    public init(
        for avatar: Avatar, trackFormat: SoundTrackFormat = SoundTrackFormat(sampleRate: 48_000, channelCount: 1),
        idle: LiveIdle = .moving, pace: LivePace = .realTime
    ) async throws(FramegenError) {
        guard let encoder = avatar.speechEncoder else {
            throw FramegenError(
                .invalidRequest, "live speech is sound, of which an avatar without an audio encoder makes no features")
        }
        silentRow = try await encoder.silentRow()
        self.avatar = avatar
        self.trackFormat = trackFormat
        self.idle = idle
        self.pace = pace
        (events, sendEvent) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
    }

    deinit {
        for utterance in queue { utterance.cancel() }
        sendEvent.finish()
    }

    /// Says something when all that was to be said before is said.
    ///
    /// - Parameters:
    ///   - speech: a sound file, or samples, or sound of any source; features alone are refused.
    ///   - interrupts: whether what is being said, and what waits, is dropped first.
    /// - Returns: the utterance's number, by which frames and events name it.
    /// - Throws: `FramegenError` with `.invalidRequest` for features, and after the end.
    @discardableResult
    public func say(_ speech: Speech, interrupts: Bool = false) throws(FramegenError) -> Int {
        guard !hasEnded else {
            throw FramegenError(.invalidRequest, "the live speech has ended, expected to say nothing more")
        }
        switch speech {
        case .sound, .source, .samples: break
        case .features, .rows, .live:
            throw FramegenError(.invalidRequest, "live speech is sound, expected no features and no other live speech")
        }
        if interrupts { interrupt() }
        let id = nextID
        nextID += 1
        queue.append(
            Utterance(id, speech, by: avatar, trackFormat: trackFormat) { [sendEvent] event in sendEvent.yield(event) })
        return id
    }

    /// Drops what is being said and what waits; the mouth closes over some 80 ms.
    ///
    /// - Returns: the utterances that were dropped.
    @discardableResult
    public func interrupt() -> [Int] {
        interruptionCount += 1
        defer { queue = [] }
        for utterance in queue { utterance.cancel() }
        return queue.map(\.id)
    }

    /// Changes what the person does while nothing is said, from the next frame on.
    public func setIdle(_ idle: LiveIdle) { self.idle = idle }

    /// Says nothing more: the take ends.
    public func end() {
        hasEnded = true
        interrupt()
        sendEvent.finish()
    }

    /// Utterances that are being said or wait.
    public var utterances: [Int] { queue.map(\.id) }

    /// Seconds by which a frame that is ready now is later than it was due.
    public nonisolated func lateness(of mark: LiveMark) -> Double { (pace.now() - mark.due) / .seconds(1) }

    /// Whether `end` was called.
    var isOver: Bool { hasEnded }

    /// The next row of what is said; nil where there is none to be had now.
    func nextRow() async -> LiveRow? {
        while let utterance = queue.first {
            switch await utterance.next(waits: pace.waitsForSound) {
            case .row(let row): return row
            case .waiting: return nil
            case .end:
                // Interrupted meanwhile, it may be gone already.
                if queue.first?.id == utterance.id { queue.removeFirst() }
            }
        }
        return nil
    }
}

/// What a person does while nothing is said; the mouth is shut.
public enum LiveIdle: String, Sendable, Codable, CaseIterable {
    /// The walk over the template goes on: the person breathes and blinks.
    case moving
    /// The walk stays where it is, so that frames take next to nothing to encode and to send, and goes on from there.
    case still
}

/// What happens to an utterance before its frames are made.
public enum LiveSpeechEvent: Sendable {
    /// Its sound cannot be read, or not to its end; what was read before is said.
    case failed(utterance: Int, FramegenError)
    /// The user should know this of its sound.
    case warning(utterance: Int, String)
}
