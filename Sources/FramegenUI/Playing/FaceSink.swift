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
    /// The frame that the clock is to begin or to go on with.
    private var firstPlace = 0

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
            firstPlace = frameCount
        }
        try await player.enqueue(frame, at: frameCount)
        frameCount += 1
        guard isPlaying else {
            let progress = Double(frameCount - firstPlace) / Double(leadCount)
            if progress >= 1 { await play() } else { await onChange(.preparing(progress: progress)) }
            return
        }
        try await player.wait(until: seconds(before: frameCount) - Self.mostAhead)
    }

    /// Frames in `lead` seconds.
    private var leadCount: Int {
        let rate = format.frameRate
        return Int((Self.lead * Double(rate.numerator) / Double(rate.denominator)).rounded(.up))
    }

    private func play() async {
        isPlaying = true
        await player.play(from: seconds(before: firstPlace))
        await onChange(.speaking)
    }

    /// Plays what is left, to its end.
    func finish() async throws(FramegenError) {
        guard frameCount > 0 else { return }
        if !isPlaying { await play() }
        try await player.wait(until: seconds(before: frameCount))
        await player.flush()
    }

    func abandon() async { await player.flush() }
}
