import FrameGeneration
import Media
import Synchronization

/// Notes when a run comes how far, and what it has taken until then.
final class RunRecorder: Sendable {
    /// All that adds up during a run, as it is at one moment.
    private struct Mark {
        let instant = ContinuousClock.now
        let processorTime = ProcessClock.processorTime
        let stages: [Stage: StageTime]

        init(_ times: StageTimes) { stages = times.stages }

        func part(since earlier: Mark, frameCount: Int) -> BenchmarkSummary.Part {
            BenchmarkSummary.Part(
                frameCount: frameCount, duration: earlier.instant.duration(to: instant),
                processorTime: processorTime - earlier.processorTime,
                stages: stages.reduce(into: [:]) { result, stage in
                    result[stage.key] = earlier.stages[stage.key].map { stage.value - $0 } ?? stage.value
                })
        }
    }

    private struct State {
        let start = Mark(StageTimes())
        var times = StageTimes()
        var firstPassFrameCount = 0
        var threads: [Stage: Int] = [:]
        var video: VideoFileSink?
        var readyMark: Mark?
        var firstFrame: ContinuousClock.Instant?
        var endOfFirstPass: Mark?
        var lastFrame: Mark?
    }

    private let state = Mutex(State())

    /// Threads that work for a stage at most.
    var threads: [Stage: Int] { state.withLock { $0.threads } }

    func opened(_ take: Take, _ sinks: [any FrameSink]) {
        let video = sinks.first { $0 is VideoFileSink } as? VideoFileSink
        state.withLock { state in
            // Not the take itself, which would keep its avatar in memory.
            state.times = take.times
            state.firstPassFrameCount = (try? take.avatar.firstPassFrameCount(take.settings)) ?? 0
            state.threads = take.avatar.threads
            state.threads[.encode] = video?.threadCount
            state.video = video
            state.readyMark = Mark(take.times)
        }
    }

    func framesFinished(_ count: Int) {
        state.withLock { state in
            let mark = Mark(state.times)
            if state.firstFrame == nil { state.firstFrame = mark.instant }
            if count == state.firstPassFrameCount { state.endOfFirstPass = mark }
            state.lastFrame = mark
        }
    }

    /// What there is to say of a run that has just ended.
    func finish(frameCount: Int) async -> BenchmarkSummary.Run {
        let end = Mark(state.withLock { $0.times })
        let firstPacket = await state.withLock { $0.video }?.firstPacketInstant
        return state.withLock { state in
            let start = state.start.instant
            let warmCount = frameCount - state.firstPassFrameCount
            let endOfFirstPass = state.endOfFirstPass ?? state.lastFrame
            return BenchmarkSummary.Run(
                firstPass: endOfFirstPass.flatMap { mark in
                    state.readyMark.map { ready in
                        mark.part(since: ready, frameCount: min(frameCount, state.firstPassFrameCount))
                    }
                },
                whole: end.part(since: state.start, frameCount: frameCount),
                warm: warmCount > 0
                    ? state.endOfFirstPass.flatMap { state.lastFrame?.part(since: $0, frameCount: warmCount) } : nil,
                timeToReady: start.duration(to: state.readyMark?.instant ?? end.instant),
                timeToFirstFrame: start.duration(to: state.firstFrame ?? end.instant),
                timeToFirstEncodedFrame: start.duration(to: firstPacket ?? end.instant),
                templateFrames: state.times.templateFrames)
        }
    }
}
