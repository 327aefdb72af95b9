import Synchronization

/// What decides when a live frame is due.
public struct LivePace: Sendable {
    /// The time, from any beginning.
    package let now: @Sendable () -> Duration
    /// Returns when it is that time, or when the task is cancelled.
    package let wait: @Sendable (_ until: Duration) async -> Void
    /// From when work on a frame begins to when it is due: frames that take less leave evenly all the same.
    package let delay: Duration
    /// Whether frames of an utterance that has begun wait for its sound.
    ///
    /// On the wall clock they do not: what is not there when it is due is silence.
    package let waitsForSound: Bool

    /// A clock of one's own, such as a test's.
    package init(
        delay: Duration = .zero, waitsForSound: Bool = false, now: @escaping @Sendable () -> Duration,
        wait: @escaping @Sendable (_ until: Duration) async -> Void
    ) {
        self.delay = delay
        self.waitsForSound = waitsForSound
        self.now = now
        self.wait = wait
    }

    /// A clock that never lets anybody wait, but for the sound of what is being said.
    ///
    /// So samples must not be sent by who takes the frames.
    public static var asFastAsPossible: LivePace {
        let time = SharedTime()
        return LivePace(waitsForSound: true, now: { time.now }, wait: { until in time.pass(until: until) })
    }

    /// The clock on the wall; a frame is due 80 ms after work on it begins.
    ///
    /// On two cores of a server that compute in bfloat16 a frame takes 50 to 75 ms, and an interrupted speaker's mouth has to
    /// be shut after 200.
    public static var realTime: LivePace {
        let (clock, start) = (ContinuousClock(), ContinuousClock.now)
        return LivePace(
            delay: .milliseconds(80), now: { start.duration(to: .now) },
            // A cancelled task sees that itself.
            wait: { until in try? await clock.sleep(until: start.advanced(by: until), tolerance: .milliseconds(1)) })
    }
}

private final class SharedTime: Sendable {
    private let time = Mutex(Duration.zero)

    var now: Duration { time.withLock { $0 } }

    func pass(until end: Duration) { time.withLock { $0 = max($0, end) } }
}
