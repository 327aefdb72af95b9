import AsyncAlgorithms
import Synchronization

/// One avatar speaking one speech: made by `Avatar.speak`, used once, either by iterating its `frames` or by writing them
/// to sinks.
///
/// Nothing is opened before it is used. A take holds a few frames of memory, whatever the length of the speech.
public final class Take: Sendable {
    /// What the take reports, in order, to be iterated once.
    ///
    /// It ends with the take. Of a reader that falls behind by more than 1,000 events the oldest are dropped.
    public let events: AsyncStream<TakeEvent>
    /// How each stage has spent its time up to now.
    public let times = StageTimes()
    /// The avatar that speaks.
    public let avatar: Avatar
    /// As it was asked for.
    public let settings: TakeSettings
    private let speech: Speech
    private let tracer: (any FrameTracing)?
    private let sendEvent: AsyncStream<TakeEvent>.Continuation
    private let start = ContinuousClock.now
    private let isInterrupted = AtomicFlag()
    private let isCancelled = AtomicFlag()
    private let state = Mutex(State())

    private struct State {
        var opening: Task<Result<OpenedSpeech, FramegenError>, Never>?
        var isStarted = false
        /// Held by who iterates the frames: let go by them, it stops.
        weak var run: TakeRun?
        var work: Task<Void, Never>?
        var writing: Task<Result<TakeSummary, FramegenError>, Never>?
    }

    init(_ speech: Speech, of avatar: Avatar, settings: TakeSettings, tracer: (any FrameTracing)?) {
        self.speech = speech
        self.avatar = avatar
        self.settings = settings
        self.tracer = tracer
        (events, sendEvent) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
    }

    deinit { sendEvent.finish() }

    /// The frames, made as they are asked for and a bounded number ahead; to be iterated once.
    ///
    /// Cancelling the task that iterates, or letting the iterator go, stops all stages.
    public var frames: FrameSequence {
        FrameSequence(take: self, makesPictures: settings.makesPictures, isWritten: false)
    }

    /// Opens the speech, and says what its frames will be like.
    ///
    /// - Throws: `FramegenError` that names the file or the setting at fault.
    public var format: TakeFormat {
        get async throws(FramegenError) { try await opened().format }
    }

    /// Writes all frames to `sinks`, one after the other, and completes them.
    ///
    /// When this fails, or is cancelled, the sinks are abandoned, and no work goes on.
    ///
    /// - Returns: what was made.
    /// - Throws: `FramegenError` of the stages and the sinks.
    @discardableResult
    public func write(to sinks: [any FrameSink]) async throws(FramegenError) -> TakeSummary {
        try await write(to: sinks) { (_) throws(FramegenError) in }
    }

    /// Does `beforeFinish` with the number of frames when all are written, before the sinks are completed.
    package func write(
        to sinks: [any FrameSink], beforeFinish: @escaping @Sendable (Int) async throws(FramegenError) -> Void
    ) async throws(FramegenError) -> TakeSummary {
        // A task of its own, which `cancel` can wait for whoever called.
        let task = state.withLock { state in
            let task = Task<Result<TakeSummary, FramegenError>, Never> {
                do throws(FramegenError) {
                    return .success(try await self.writeAll(to: sinks, beforeFinish))
                } catch {
                    for sink in sinks { await sink.abandon() }
                    return .failure(error)
                }
            }
            // A second one only fails.
            if state.writing == nil { state.writing = task }
            return task
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    /// Stops the take: whoever waits for its frames gets an error with `.cancelled`, sinks are abandoned.
    ///
    /// When this returns, no work goes on. A sink of the take must not call it: it would wait for itself. A sink that wants
    /// the take to end throws.
    public func cancel() async {
        isCancelled.raise()
        // What is not there yet comes to see the flag.
        let (opening, work, writing) = state.withLock { ($0.opening, $0.work, $0.writing) }
        opening?.cancel()
        work?.cancel()
        writing?.cancel()
        _ = await opening?.value
        await work?.value
        _ = await writing?.value
        sendEvent.finish()
    }

    /// Says no more: the frames that are under way are still delivered, then the take ends as if the speech had ended here.
    public func interrupt() async {
        isInterrupted.raise()
        await state.withLock { $0.run }?.interrupt()
    }

    /// Tells of something that whoever follows the take should know.
    package func report(_ event: TakeEvent) { sendEvent.yield(event) }

    private func writeAll(
        to sinks: [any FrameSink], _ beforeFinish: @Sendable (Int) async throws(FramegenError) -> Void
    ) async throws(FramegenError) -> TakeSummary {
        // Of a template frame that does not come back, a sink converts the finished image as cheaply itself.
        let wantsPictures = settings.makesPictures || avatar.keepsFrames && sinks.contains { $0.wantsPictures }
        var frames = FrameSequence(take: self, makesPictures: wantsPictures, isWritten: true).makeAsyncIterator()
        do throws(FramegenError) {
            let summary = try await writeAll(of: &frames, to: sinks, beforeFinish)
            report(.ended(summary))
            sendEvent.finish()
            return summary
        } catch {
            await frames.stop()
            if frames.isStarted { sendEvent.finish() }
            throw error
        }
    }

    private func writeAll(
        of frames: inout FrameSequence.Iterator, to sinks: [any FrameSink],
        _ beforeFinish: @Sendable (Int) async throws(FramegenError) -> Void
    ) async throws(FramegenError) -> TakeSummary {
        var count = 0
        var idle = ContinuousClock.now
        while let frame = try await frames.next() {
            times.add(.encode, .starved, since: idle)
            let start = ContinuousClock.now
            for sink in sinks {
                if let soundBefore = frame.soundBefore { try await sink.write(soundBefore: soundBefore) }
                try await sink.write(frame)
            }
            times.add(.encode, since: start)
            count += 1
            report(.framesFinished(count: count))
            idle = .now
        }
        times.add(.encode, .starved, since: idle)
        try await beforeFinish(count)
        let finishing = ContinuousClock.now
        for sink in sinks { try await sink.finish() }
        times.add(.encode, since: finishing)
        return TakeSummary(
            frameCount: count, frameRate: try await opened().format.frameRate,
            duration: start.duration(to: .now), times: times)
    }

    /// The speech with its files open.
    func opened() async throws(FramegenError) -> OpenedSpeech {
        let task = try state.withLock { state throws(FramegenError) in
            if let opening = state.opening { return opening }
            // `cancel` waits for an opening only that it has seen.
            try checkNotCancelled()
            let opening = Task { [speech, avatar, settings, times] () -> Result<OpenedSpeech, FramegenError> in
                do throws(FramegenError) {
                    return .success(try await OpenedSpeech(speech, of: avatar, settings: settings, times: times))
                } catch {
                    return .failure(error)
                }
            }
            state.opening = opening
            return opening
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if case .failure(let error) = result, error.code == .cancelled, !isCancelled.isRaised {
            // Only who asked was cancelled: the take itself may still be used.
            state.withLock { state in if state.opening == task { state.opening = nil } }
        }
        return try result.get()
    }

    /// Starts the stages, which can be done once: they have a state that cannot be wound back.
    func start(makesPictures: Bool, isWritten: Bool) async throws(FramegenError) -> TakeRun {
        try checkNotCancelled()
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else {
            throw FramegenError(.invalidRequest, "the take's frames were used before, expected a take for each time")
        }
        do throws(FramegenError) {
            return try run(try await opened(), makesPictures: makesPictures, isWritten: isWritten)
        } catch {
            sendEvent.finish()
            throw error
        }
    }

    private func run(
        _ speech: OpenedSpeech, makesPictures: Bool, isWritten: Bool
    ) throws(FramegenError) -> TakeRun {
        let context = TakeRun.Context(
            avatar: avatar, speech: speech, converter: makesPictures ? avatar.platform.pictureConverter : nil,
            tracer: tracer, times: times, isInterrupted: isInterrupted,
            warn: { [sendEvent] text in sendEvent.yield(.warning(text)) },
            onEnd: { [sendEvent] in if !isWritten { sendEvent.finish() } })
        // Whoever cancels or interrupts it meanwhile either sees the run or is seen by it.
        return try state.withLock { state throws(FramegenError) in
            try checkNotCancelled()
            for warning in avatar.warnings + speech.warnings { report(.warning(warning)) }
            report(.started(frameCount: speech.format.frameCount, engine: avatar.engineName))
            let run = try TakeRun(context)
            state.run = run
            state.work = run.task
            return run
        }
    }

    /// The next picture of a run, or nil after the last one.
    func next(of run: TakeRun) async throws(FramegenError) -> PastedFrame? {
        let picture: PastedFrame?
        do {
            picture = try await withTaskCancellationHandler {
                var iterator = run.pasted.makeAsyncIterator()
                return try await iterator.next()
            } onCancel: {
                run.cancel()
            }
            // A cancelled channel ends without an error.
            try checkNotCancelled()
        } catch {
            run.cancel()
            await run.task.value
            switch error {
            case let error as FramegenError: throw error
            case is CancellationError: throw FramegenError(.cancelled, "cancelled")
            default: throw FramegenError(.internalFailure, "a stage failed: \(error)", cause: error)
            }
        }
        if picture == nil { await run.task.value }
        return picture
    }

    /// Returns when a frame of live speech is due, or when the task is cancelled.
    func waitUntilDue(_ frame: Frame) async {
        guard case .live(let speech) = speech, let mark = frame.live else { return }
        await speech.pace.wait(mark.due)
    }

    private func checkNotCancelled() throws(FramegenError) {
        guard !Task.isCancelled, !isCancelled.isRaised else { throw FramegenError(.cancelled, "cancelled") }
    }
}
