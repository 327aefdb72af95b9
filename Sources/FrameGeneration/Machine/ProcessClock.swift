package import Foundation

/// What this process has taken up to now.
package enum ProcessClock {
    /// Processor time of all its threads, the system's work for it included.
    package static var processorTime: Duration { now(of: CLOCK_PROCESS_CPUTIME_ID) }

    /// What `clock` says.
    package static func now(of clock: clockid_t) -> Duration {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
