import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("A budget of threads", .timeLimit(.minutes(20)))
struct ThreadBudgetTests {
    /// Who was served, and how many threads were in use.
    private final class Log: Sendable {
        let served = Mutex<[String]>([])
        let inUse = Mutex(0)
        let most = Mutex(0)
    }

    /// Waits until so many wait.
    private func waiters(_ count: Int, of budget: ThreadBudget) async {
        while budget.waiterCount != count { await Task.yield() }
    }

    /// Whether all of its threads are free, and no more.
    private func expectAllFree(_ budget: ThreadBudget) async throws {
        #expect(budget.waiterCount == 0)
        for _ in 0..<budget.threadCount { try await budget.take(1) }
        let another = Task { try await budget.take(1) }
        await waiters(1, of: budget)
        another.cancel()
        await #expect(throws: FramegenError.self) { try await another.value }
        for _ in 0..<budget.threadCount { budget.giveBack(1) }
    }

    @Test("serves who came first, and lets nobody overtake who needs more")
    func order() async throws {
        let budget = ThreadBudget(threadCount: 2)
        try await budget.take(1)
        try await budget.take(1)
        let log = Log()
        @Sendable func take(_ threads: Int, as name: String) async throws {
            try await budget.take(threads)
            log.served.withLock { $0.append(name) }
        }
        let both = Task { try await take(2, as: "both") }
        await waiters(1, of: budget)
        let one = Task { try await take(1, as: "one") }
        await waiters(2, of: budget)
        let other = Task { try await take(1, as: "other") }
        await waiters(3, of: budget)
        // There is room for one of the later two now.
        budget.giveBack(1)
        #expect(budget.waiterCount == 3)
        budget.giveBack(1)
        try await both.value
        #expect(budget.waiterCount == 2)
        budget.giveBack(1)
        try await one.value
        #expect(budget.waiterCount == 1)
        budget.giveBack(1)
        try await other.value
        #expect(log.served.withLock { $0 } == ["both", "one", "other"])
        budget.giveBack(2)
        try await expectAllFree(budget)
    }

    @Test("who is cancelled while waiting takes nothing, and lets those behind go on")
    func cancelled() async throws {
        let budget = ThreadBudget(threadCount: 2)
        try await budget.take(1)
        let both = Task { try await budget.take(2) }
        await waiters(1, of: budget)
        let one = Task { try await budget.take(1) }
        await waiters(2, of: budget)
        both.cancel()
        let error = await #expect(throws: FramegenError.self) { try await both.value }
        #expect(error?.code == .cancelled)
        try await one.value
        budget.giveBack(2)
        try await expectAllFree(budget)
    }

    @Test("who is cancelled before waiting takes nothing")
    func cancelledBefore() async throws {
        let budget = ThreadBudget(threadCount: 1)
        try await budget.take(1)
        let gate = Gate()
        let task = Task {
            await gate.wait()
            try await budget.take(1)
        }
        task.cancel()
        await #expect(throws: FramegenError.self) { try await task.value }
        budget.giveBack(1)
        try await expectAllFree(budget)
    }

    @Test("loses no thread, and makes none, when many come, go and are cancelled")
    func storm() async throws {
        let budget = ThreadBudget(threadCount: 3)
        var numbers = SeededNumbers(state: 3)
        let log = Log()
        @Sendable func use(_ threads: Int, yields: Int) async -> Bool {
            guard (try? await budget.take(threads)) != nil else { return false }
            let now = log.inUse.withLock { count in
                count += min(threads, 3)
                return count
            }
            log.most.withLock { $0 = max($0, now) }
            for _ in 0..<yields { await Task.yield() }
            log.inUse.withLock { $0 -= min(threads, 3) }
            budget.giveBack(threads)
            return true
        }
        let tasks = (0..<500).map { _ in
            let threads = Int.random(in: 1...5, using: &numbers)
            let yields = Int.random(in: 0..<20, using: &numbers)
            return Task { await use(threads, yields: yields) }
        }
        for task in tasks where Int.random(in: 0..<3, using: &numbers) == 0 {
            for _ in 0..<Int.random(in: 0..<5, using: &numbers) { await Task.yield() }
            task.cancel()
        }
        var servedCount = 0
        for task in tasks where await task.value { servedCount += 1 }
        #expect(servedCount >= 300 && log.most.withLock { $0 } == 3)
        try await expectAllFree(budget)
    }

    @Test("more threads than there are count as all", arguments: [2, 3, 1000])
    func all(threads: Int) async throws {
        let budget = ThreadBudget(threadCount: 2)
        try await budget.take(threads)
        let one = Task { try await budget.take(1) }
        await waiters(1, of: budget)
        budget.giveBack(threads)
        try await one.value
        budget.giveBack(1)
        try await expectAllFree(budget)
    }

    @Test("has a thread at least, and by default one for each processor")
    func size() {
        #expect(ThreadBudget(threadCount: 0).threadCount == 1)
        #expect(ThreadBudget(threadCount: 7).threadCount == 7)
        #expect(ThreadBudget().threadCount == processorCount)
    }
}
