/// Time for what streams wait for; tests pass their own.
package struct StreamClock: Sendable {
    /// Time since some moment that stays the same.
    package let now: @Sendable () -> Duration
    /// Waits until a time has passed, or throws when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// Seconds from the beginning of 1970, UTC.
    package let dateInSeconds: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
        dateInSeconds: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.dateInSeconds = dateInSeconds
    }
}
