import FrameGeneration

/// Plays the frames of a take while they are made.
///
/// It begins when some are there, so that a slow one is not seen; where they come more slowly than they are shown it
/// stands still until there are some again. It takes no more than a few seconds ahead of what is shown.
actor FaceSink: FrameSink {
    /// Seconds of frames that have to be there before the clock runs.
    static let lead = 0.6
    /// Seconds of frames that are taken ahead at most.
    static let mostAhead = 2.0

    nonisolated let wantsPictures = true
    private let player: any FacePlaying
    private let format: TakeFormat
    private let onChange: @Sendable (TalkingFace.State) async -> Void
    private var frameCount = 0
    private var isPlaying = false
    /// Where the clock is to begin or to go on.
    private var position = 0.0

    init(
        _ player: any FacePlaying, format: TakeFormat,
        onChange: @escaping @Sendable (TalkingFace.State) async -> Void
    ) {
        self.player = player
        self.format = format
        self.onChange = onChange
    }

    private func seconds(before place: Int) -> Double {
        Double(place * format.frameRate.denominator) / Double(format.frameRate.numerator)
    }

    func write(_ frame: Frame) async throws(FramegenError) {
        if frameCount == 0 { try await player.begin(format) }
        let start = seconds(before: frameCount)
        if isPlaying, await player.seconds >= start {
            // It has run dry: what comes now would be late.
            await player.pause()
            isPlaying = false
            position = start
        }
        try await player.enqueue(frame, at: frameCount)
        frameCount += 1
        let end = seconds(before: frameCount)
        guard isPlaying else {
            let progress = (end - position) / Self.lead
            if progress >= 1 { try await play() } else { await onChange(.preparing(progress: progress)) }
            return
        }
        try await player.wait(until: end - Self.mostAhead)
    }

    private func play() async throws(FramegenError) {
        isPlaying = true
        await player.play(from: position)
        await onChange(.speaking)
    }

    /// Plays what is left, to its end.
    func finish() async throws(FramegenError) {
        guard frameCount > 0 else { return }
        if !isPlaying { try await play() }
        try await player.wait(until: seconds(before: frameCount))
        await player.flush()
    }

    func abandon() async { await player.flush() }
}
