import AsyncAlgorithms

/// The stages of a take at work: cut, infer and paste side by side, each a bounded step ahead of the next.
///
/// Frames go through as many lanes as the avatar has sessions, in turn, and are pasted in the same turn, so that they stay
/// in their order. Ended, its work has ended: all stages belong to one task.
final class TakeRun: Sendable {
    /// Finished pictures in their order.
    let pasted = AsyncThrowingChannel<PastedFrame, any Error>()
    private let content: Content
    /// Ends when no stage is at work any more.
    let task: Task<Void, Never>

    /// What is spoken.
    private enum Content: Sendable {
        case speech(FeaturesAhead, SpeechSound?)
        case live(LiveSpeech)

        /// Lets nothing more be read.
        func interrupt() async {
            switch self {
            case .speech(let features, let sound):
                await features.settle()
                // Frames may be waiting for sound where features come from elsewhere.
                await sound?.end()
            case .live(let speech):
                await speech.end()
            }
        }
    }

    /// What stages share.
    struct Context: Sendable {
        let avatar: Avatar
        let speech: OpenedSpeech
        let converter: (any PictureConverting)?
        let tracer: (any FrameTracing)?
        let times: StageTimes
        let isInterrupted: AtomicFlag
        /// Tells the user something.
        let warn: @Sendable (String) -> Void
        /// Called when no stage is at work any more.
        let onEnd: @Sendable () -> Void
    }

    /// Where a lane's frames come from, and where its faces go.
    private struct Lane: Sendable {
        let cut = AsyncThrowingChannel<CutFrame, any Error>()
        let inferred = AsyncThrowingChannel<FaceFrame, any Error>()

        func run(_ context: Context) async {
            let times = context.times
            do {
                var idle = ContinuousClock.now
                for try await frame in cut {
                    let face = try await face(of: frame, idleSince: idle, context)
                    let finished = ContinuousClock.now
                    await inferred.send(face)
                    times.add(.infer, .blocked, since: finished)
                    idle = .now
                }
                inferred.finish()
            } catch {
                inferred.fail(error)
            }
        }

        private func face(
            of frame: CutFrame, idleSince idle: ContinuousClock.Instant, _ context: Context
        ) async throws(FramegenError) -> FaceFrame {
            let (times, avatar) = (context.times, context.avatar)
            if frame.isIdle, let face = avatar.silentFaces.face(of: frame.prepared.templateIndex) {
                times.add(.infer, .starved, since: idle)
                return .kept(frame, face)
            }
            let face = try await avatar.workers.withWorker(isUrgent: !frame.live.isEmpty) {
                worker throws(FramegenError) in
                times.add(.infer, .starved, since: idle)
                return try await worker.infer(frame, readsFace: avatar.plan.readsFace, times)
            }
            try await context.tracer?.trace(face)
            return .inferred(face)
        }
    }

    /// Starts the stages.
    ///
    /// - Throws: `.invalidData` when the features do not fit the avatar's generator.
    init(_ context: Context) throws(FramegenError) {
        let content: Content
        let cues: any CueSource
        switch context.speech.content {
        case .rows(let source, let sound):
            let features = FeaturesAhead(
                source, capacity: FeaturesAhead.usualCapacity, times: source.isComputed ? context.times : nil)
            content = .speech(features, sound)
            cues = Timeline(
                windows: try AudioWindows(features, for: context.avatar.generator), sound: sound,
                schedule: context.speech.schedule, frameRate: context.speech.format.frameRate,
                walk: context.speech.walk, frames: context.speech.frames, rest: context.speech.rest,
                isInterrupted: context.isInterrupted, times: context.times)
        case .live(let speech):
            content = .live(speech)
            cues = LiveTimeline(
                speech, walk: context.speech.walk, frameRate: context.speech.format.frameRate,
                isInterrupted: context.isInterrupted)
        }
        let lanes = (0..<context.avatar.workers.workerCount).map { _ in Lane() }
        self.content = content
        task = Task { [pasted] in
            await withTaskGroup(of: Void.self) { stages in
                for lane in lanes { stages.addTask { await lane.run(context) } }
                stages.addTask { await Self.cut(cues, context, to: lanes) }
                await Self.paste(lanes, context, to: pasted)
                // After an error nobody takes what the stages before still make.
                stages.cancelAll()
            }
            if case .speech(let features, let sound) = content {
                await features.settle()
                if !Task.isCancelled { await Self.warn(of: sound, context, isOver: true) }
            }
            await context.avatar.templateFrames.end(ObjectIdentifier(context.times))
            context.onEnd()
        }
    }

    deinit { task.cancel() }

    /// Stops all stages; what is under way may go on for a moment.
    func cancel() { task.cancel() }

    /// Lets nothing more of the speech be read: what was cut already is still delivered.
    func interrupt() async { await content.interrupt() }

    /// Tells what is to be known of the sound that was read.
    private static func warn(of sound: SpeechSound?, _ context: Context, isOver: Bool = false) async {
        if isOver { await sound?.lookForWarnings(isOver: true) }
        for warning in await sound?.takeWarnings() ?? [] { context.warn(warning) }
    }

    private static func cut(_ cues: some CueSource, _ context: Context, to lanes: [Lane]) async {
        let (avatar, times) = (context.avatar, context.times)
        let sound: SpeechSound? = if case .rows(_, let sound) = context.speech.content { sound } else { nil }
        var cues = cues
        var turn = 0
        do throws(FramegenError) {
            while !Task.isCancelled, let cue = try await cues.next() {
                await warn(of: sound, context)
                let prepared = try await avatar.templateFrames.frame(
                    cue.templateIndex, for: ObjectIdentifier(times), on: cues.walk, times)
                let frame = CutFrame(cue, prepared: prepared, recipe: avatar.generator.face)
                try await context.tracer?.trace(frame)
                let finished = ContinuousClock.now
                await lanes[turn].cut.send(frame)
                times.add(.cut, .blocked, since: finished)
                turn = (turn + 1) % lanes.count
            }
        } catch {
            // The frames before it are still to be delivered.
            lanes[turn].cut.fail(error)
        }
        for lane in lanes { lane.cut.finish() }
    }

    private static func paste(
        _ lanes: [Lane], _ context: Context, to pasted: AsyncThrowingChannel<PastedFrame, any Error>
    ) async {
        let times = context.times
        let stage = PasteStage(
            paster: context.avatar.paste.paster(context.avatar.generator.face, context.avatar.sharpening),
            silentFaces: context.avatar.silentFaces, converter: context.converter, times: times)
        var turn = 0
        do {
            while true {
                let idle = ContinuousClock.now
                var iterator = lanes[turn].inferred.makeAsyncIterator()
                guard let face = try await iterator.next() else { break }
                times.add(.paste, .starved, since: idle)
                let picture = try await stage.paste(face)
                try await context.tracer?.trace(picture)
                let finished = ContinuousClock.now
                await pasted.send(picture)
                times.add(.paste, .blocked, since: finished)
                turn = (turn + 1) % lanes.count
            }
            pasted.finish()
        } catch {
            pasted.fail(error)
        }
    }
}
