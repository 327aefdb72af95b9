import Foundation

extension StreamClock {
    /// The system's.
    package static let system: StreamClock = {
        let start = ContinuousClock.now
        return StreamClock(
            now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) },
            dateInSeconds: { Date().timeIntervalSince1970 })
    }()
}
