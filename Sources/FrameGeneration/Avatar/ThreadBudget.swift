import Synchronization

/// Threads that networks may run on, shared by all avatars that are given the same budget.
///
/// Whoever asks first gets its threads first, so that takes side by side move on evenly; but what is spoken live comes
/// before what nobody waits for.
public final class ThreadBudget: Sendable {
    /// Threads in all.
    public let threadCount: Int
    private let state: Mutex<State>

    private struct State {
        var free: Int
        var waiting: [(id: Int, threads: Int, isUrgent: Bool, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    /// A budget of `threadCount` threads; nil for one a processor that the process may use.
    public init(threadCount: Int? = nil) {
        self.threadCount = max(threadCount ?? processorCount, 1)
        state = Mutex(State(free: self.threadCount))
    }

    /// Who waits for threads.
    package var waiterCount: Int { state.withLock { $0.waiting.count } }

    /// Waits until `threads` threads are free, and takes them; more than there are count as all of them.
    ///
    /// - Throws: `FramegenError` with `.cancelled` when the task is cancelled; nothing is taken then.
    package func take(_ threads: Int, isUrgent: Bool = false) async throws(FramegenError) {
        let threads = min(threads, threadCount)
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isTaken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.waiting.isEmpty, state.free >= threads {
                        state.free -= threads
                        return true
                    }
                    let place = isUrgent ? state.waiting.firstIndex { !$0.isUrgent } : nil
                    state.waiting.insert((id, threads, isUrgent, continuation), at: place ?? state.waiting.endIndex)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
            serve()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        guard isTaken else { throw FramegenError(.cancelled, "cancelled") }
    }

    /// Gives `threads` threads back.
    package func giveBack(_ threads: Int) {
        state.withLock { $0.free += min(threads, threadCount) }
        serve()
    }

    /// Lets those go on for whom there is room, in their order.
    private func serve() {
        while let continuation = state.withLock({ state -> CheckedContinuation<Bool, Never>? in
            guard let first = state.waiting.first, state.free >= first.threads else { return nil }
            state.free -= first.threads
            return state.waiting.removeFirst().continuation
        }) {
            continuation.resume(returning: true)
        }
    }
}
