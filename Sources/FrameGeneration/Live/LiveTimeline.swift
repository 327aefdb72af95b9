/// Makes cues of live speech, when they are due: windows of features over silence and utterances, the walk over the
/// template, and the sound.
///
/// Rows are settled as late as can be, so that what comes to be said is soon seen: two rows ahead of the frame where
/// nothing is said, and as many as its window has while something is.
struct LiveTimeline: CueSource {
    private(set) var walk: PingPong
    private let speech: LiveSpeech
    private let isInterrupted: AtomicFlag
    private let frameRate: FrameRate
    private let schedule: FrameSchedule
    private let rowRate: FrameRate
    private let rowsPerWindow: Int
    private let shape: [Int]
    private let silentWindow: Tensor
    /// Rows from `firstHeld` on, settled.
    private var rows: [LiveRow] = []
    private var firstHeld = 0
    /// The row of the last frame.
    private var row = -1
    private var templateIndex = 0
    private var nextFrame = 0
    private var start: Duration?
    private var seenInterruptions = 0
    private var closing: Closing?

    /// The mouth closes: rows up to `end` turn into silence, from `start` on.
    private struct Closing {
        let start: Int
        let end: Int
    }

    /// Rows over which the mouth closes, of which the last is silence: at 25 a second it is shut 80 ms after the last
    /// whole one.
    private static let closingRowCount = 2
    /// Rows settled ahead where nothing is said.
    private static let leastRowsAhead = 2
    /// Frames at most that one picture is shown for when there was no time.
    private static let mostFramesAtOnce = 25

    init(_ speech: LiveSpeech, walk: PingPong, frameRate: FrameRate, isInterrupted: AtomicFlag) {
        let generator = speech.avatar.generator
        self.speech = speech
        self.walk = walk
        self.frameRate = frameRate
        self.isInterrupted = isInterrupted
        schedule = FrameSchedule(rowsPerSecond: generator.features.rowsPerSecond, frameRate: frameRate)
        rowRate = generator.frameRate
        rowsPerWindow = generator.audioRowsPerWindow
        shape = [1] + generator.audioShape
        silentWindow = generator.window(ofEqualRows: speech.silentRow)
    }

    /// The next cue when it is due, or nil after the end of the speech.
    mutating func next() async throws(FramegenError) -> Cue? {
        let start = self.start ?? speech.pace.now()
        self.start = start
        await speech.pace.wait(start + time(of: nextFrame))
        try Task.checkNotCancelled()
        guard !isInterrupted.isRaised, await !speech.isOver else { return nil }
        let first = nextFrame
        let delay = speech.pace.delay
        // Frames that are over already show the same picture, unless the delay makes up for the time.
        while time(of: nextFrame + 1) + start + delay / 2 <= speech.pace.now(),
            nextFrame - first < Self.mostFramesAtOnce - 1
        {
            nextFrame += 1
        }
        defer { nextFrame += 1 }
        try await advance(to: schedule.row(shownBy: nextFrame), soundUpTo: nextFrame)
        let sounds = (first...nextFrame).map { sound(of: $0) }
        let isIdle = isSilent
        let marks = (first...nextFrame).map { mark(of: $0, isIdle: isIdle, due: start + time(of: $0) + delay) }
        let window = isIdle ? silentWindow : window()
        drop()
        return Cue(
            indices: first..<nextFrame + 1, featureRow: row, templateIndex: templateIndex, window: window,
            sounds: sounds, soundBefore: nil, live: marks)
    }

    private func time(of frame: Int) -> Duration {
        .nanoseconds(
            Int64(clamping: Int128(frame) * 1_000_000_000 * Int128(frameRate.denominator) / Int128(frameRate.numerator))
        )
    }

    private mutating func advance(to newRow: Int, soundUpTo frame: Int) async throws(FramegenError) {
        while row < newRow {
            row += 1
            let interruptions = await speech.interruptionCount
            if interruptions != seenInterruptions {
                seenInterruptions = interruptions
                beginClosing()
            }
            if let closing, row >= closing.end { finish(closing) }
            await settle()
            // The first row shows the frame that every walk begins with.
            var moves = row == 0 || !isSilent
            if !moves { moves = await speech.idle == .moving }
            if moves, let next = walk.next() { templateIndex = next }
        }
        // At low rates a frame's sound goes beyond its row.
        let end = speech.trackFormat.firstSample(ofFrame: frame + 1, at: frameRate)
        while firstSample(ofRow: firstHeld + rows.count) < end { rows.append(await speech.nextRow() ?? .silent) }
    }

    private mutating func settle() async {
        while firstHeld + rows.count <= row + Self.leastRowsAhead { rows.append(await speech.nextRow() ?? .silent) }
        while firstHeld + rows.count < row + rowsPerWindow - rowsPerWindow / 2 {
            guard let next = await speech.nextRow() else { return }
            rows.append(next)
        }
    }

    private mutating func beginClosing() {
        let end = row + Self.closingRowCount
        rows.removeLast(max(0, firstHeld + rows.count - end))
        for index in rows.indices where firstHeld + index >= row {
            rows[index].fade(
                from: gain(firstHeld + index, closing: row), to: gain(firstHeld + index + 1, closing: row),
                channelCount: speech.trackFormat.channelCount)
        }
        closing = Closing(start: row, end: end)
    }

    private func gain(_ index: Int, closing start: Int) -> Float {
        max(0, 1 - Float(index - start) / Float(Self.closingRowCount))
    }

    private mutating func finish(_ closing: Closing) {
        for index in rows.indices where firstHeld + index < closing.end { rows[index].values = nil }
        self.closing = nil
    }

    private func window() -> Tensor {
        // All of the rows before `closing.end` turn into silence at once, the last of the closing frames being silence.
        let share = closing.map { Float(row - $0.start + 1) / Float(Self.closingRowCount) }
        var values: [Float] = []
        values.reserveCapacity(rowsPerWindow * speech.silentRow.count)
        let first = row - rowsPerWindow / 2
        for index in first..<first + rowsPerWindow {
            guard index >= firstHeld, index < firstHeld + rows.count, let own = rows[index - firstHeld].values else {
                values += speech.silentRow
                continue
            }
            if let closing, let share, index < closing.end {
                values += zip(own, speech.silentRow).map { $0 + ($1 - $0) * share }
            } else {
                values += own
            }
        }
        return Tensor(shape: shape, values: values)
    }

    /// Rows of the window that are settled, as places in `rows`.
    private var settled: Range<Int> {
        let first = max(row - rowsPerWindow / 2 - firstHeld, 0)
        return first..<max(first, min(row + rowsPerWindow - rowsPerWindow / 2 - firstHeld, rows.count))
    }

    /// Whether all of the window is silence.
    private var isSilent: Bool {
        let isClosed = closing.map { row == $0.end - 1 } ?? false
        // With the last frame of its closing the mouth is shut, whatever was said before.
        let seen = isClosed ? settled.clamped(to: min(row + 1 - firstHeld, rows.count)..<rows.count) : settled
        return rows[seen].allSatisfy { $0.values == nil }
    }

    private func mark(of frame: Int, isIdle: Bool, due: Duration) -> LiveMark {
        let own = schedule.row(shownBy: frame) - firstHeld
        let place = rows.indices.contains(own) ? rows[own].place : nil
        let heard = place.flatMap { $0.seconds >= 0 ? $0 : nil }
        return LiveMark(
            utterance: heard?.utterance, secondsSpoken: heard?.seconds ?? 0,
            seenUtterance: rows[settled].last { $0.values != nil }?.place?.utterance, isIdle: isIdle,
            isRepeated: frame != nextFrame, walkStep: walk.phase, due: due)
    }

    private func sound(of frame: Int) -> SoundSpan {
        let format = speech.trackFormat
        let start = format.firstSample(ofFrame: frame, at: frameRate)
        let end = format.firstSample(ofFrame: frame + 1, at: frameRate)
        var samples = [Float](repeating: 0, count: (end - start) * format.channelCount)
        for (index, row) in rows.enumerated() {
            let rowStart = firstSample(ofRow: firstHeld + index)
            guard let own = row.samples, rowStart < end else { continue }
            let from = max(start, rowStart)
            let to = min(end, rowStart + own.count / format.channelCount)
            guard from < to else { continue }
            samples.replaceSubrange(
                (from - start) * format.channelCount..<(to - start) * format.channelCount,
                with: own[(from - rowStart) * format.channelCount..<(to - rowStart) * format.channelCount])
        }
        return SoundSpan(format: format, start: start, samples: samples)
    }

    private func firstSample(ofRow row: Int) -> Int { speech.trackFormat.firstSample(ofFrame: row, at: rowRate) }

    /// Lets rows go that neither a window nor sound needs any more.
    private mutating func drop() {
        let count = min(max(0, row - rowsPerWindow / 2 - firstHeld), rows.count)
        rows.removeFirst(count)
        firstHeld += count
    }
}

extension LiveRow {
    fileprivate mutating func fade(from start: Float, to end: Float, channelCount: Int) {
        guard var faded = samples, !faded.isEmpty else { return }
        let count = Float(faded.count / channelCount)
        for index in faded.indices { faded[index] *= start + (end - start) * Float(index / channelCount) / count }
        samples = faded
    }
}
