/// What one picture of a take is made of: a window of features, a template frame, and the sound of the video frames that
/// show it.
struct Cue: Sendable {
    /// The video frames that show it, one or more.
    let indices: Range<Int>
    /// The feature row in the middle of the window.
    let featureRow: Int
    let templateIndex: Int
    let window: Tensor
    /// One for each of the video frames; empty where the speech has no sound.
    let sounds: [SoundSpan]
    /// Of the first cue of a take that begins within the speech.
    let soundBefore: SoundSpan?
    /// Of live speech, one for each of the video frames; otherwise empty.
    var live: [LiveMark] = []
}

/// Gives cues in the order of the video.
protocol CueSource: Sendable {
    /// Where the walk over the template goes on.
    var walk: PingPong { get }

    /// The next cue, or nil after the last one.
    ///
    /// - Throws: what the features and the sound throw.
    mutating func next() async throws(FramegenError) -> Cue?
}

/// Turns features into cues, in the order of the video: which window, which template frame, which sound belong together.
struct Timeline: CueSource {
    private(set) var walk: PingPong
    private let schedule: FrameSchedule
    private let frameRate: FrameRate
    private let frames: Range<Int>
    private let sound: SpeechSound?
    private let rest: RestingMouth?
    private let isInterrupted: AtomicFlag
    private let times: StageTimes
    private var windows: AudioWindows
    private var row: Int
    private var isAtStart = true

    /// - Parameters:
    ///   - windows: of the whole speech.
    ///   - sound: of the whole speech; nil for none.
    ///   - schedule: which frames show which rows.
    ///   - frameRate: of the video.
    ///   - walk: over the template, from the beginning of the speech.
    ///   - frames: of the speech, those that are wanted.
    ///   - rest: what lets the mouth come to rest in silence; nil where it goes on as it does.
    ///   - isInterrupted: raised when no more is to be said.
    ///   - times: where waiting for features is added up.
    init(
        windows: AudioWindows, sound: SpeechSound?, schedule: FrameSchedule, frameRate: FrameRate, walk: PingPong,
        frames: Range<Int>, rest: RestingMouth?, isInterrupted: AtomicFlag, times: StageTimes
    ) {
        self.windows = windows
        self.sound = sound
        self.schedule = schedule
        self.frameRate = frameRate
        self.walk = walk
        self.frames = frames
        self.rest = rest
        self.isInterrupted = isInterrupted
        self.times = times
        row = schedule.row(shownBy: frames.lowerBound)
        self.walk.advance(by: row)
    }

    mutating func next() async throws(FramegenError) -> Cue? {
        if isAtStart, frames.lowerBound > 0, let sound {
            // The features pass over much of it before the first window is there.
            await sound.discard(before: position(of: frames.lowerBound, sound) - SpeechSegment.soundLead)
        }
        while !isInterrupted.isRaised {
            let indices = schedule.frames(showing: row).clamped(to: frames)
            guard schedule.frames(showing: row).lowerBound < frames.upperBound, let window = try await nextWindow(),
                let templateIndex = walk.next()
            else { return nil }
            defer { row += 1 }
            guard !indices.isEmpty else { continue }
            let seen = try await rest?.window(window, ofRow: row, rowsLeft: windows.rowsLeft(after: row)) ?? window
            var sounds: [SoundSpan] = []
            let soundBefore = try await soundBeforeStart()
            if let sound {
                for index in indices { sounds.append(try await sound.span(upTo: position(of: index + 1, sound))) }
            }
            return Cue(
                indices: indices, featureRow: row, templateIndex: templateIndex, window: seen, sounds: sounds,
                soundBefore: soundBefore)
        }
        return nil
    }

    private mutating func nextWindow() async throws(FramegenError) -> Tensor? {
        let start = ContinuousClock.now
        defer { times.add(.cut, .starved, since: start) }
        return try await windows.window(around: row)
    }

    private mutating func soundBeforeStart() async throws(FramegenError) -> SoundSpan? {
        defer { isAtStart = false }
        guard isAtStart, frames.lowerBound > 0, let sound else { return nil }
        return try await sound.skip(
            upTo: position(of: frames.lowerBound, sound), returningLast: SpeechSegment.soundLead)
    }

    /// Samples of each channel before a frame.
    private func position(of frame: Int, _ sound: SpeechSound) -> Int {
        sound.format.firstSample(ofFrame: frame, at: frameRate)
    }
}
