import Synchronization

/// A flag that is raised once.
package final class AtomicFlag: Sendable {
    private let state = Mutex(false)

    package init() {}

    package var isRaised: Bool { state.withLock { $0 } }

    /// Whether this call raised it.
    @discardableResult
    package func raise() -> Bool {
        state.withLock { isRaised in
            defer { isRaised = true }
            return !isRaised
        }
    }
}
