import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Features read ahead")
struct FeaturesAheadTests {
    /// Counts up, and then ends or fails.
    private actor Source: FeatureSource {
        nonisolated let name = "numbers"
        nonisolated let rowShape = [1]
        nonisolated let rowCount: Int? = nil
        nonisolated let given = Mutex(0)
        private let count: Int
        private let failure: FramegenError?

        init(count: Int, failure: FramegenError? = nil) {
            self.count = count
            self.failure = failure
        }

        func nextRow() throws(FramegenError) -> [Float]? {
            let next = given.withLock { $0 }
            guard next < count else {
                if let failure { throw failure }
                return nil
            }
            given.withLock { $0 += 1 }
            return [Float(next)]
        }
    }

    @Test("come in their order and whole, however many there is room for", arguments: [1, 2, 5, 100])
    func order(capacity: Int) async throws {
        let ahead = FeaturesAhead(Source(count: 23), capacity: capacity)
        var rows: [Float] = []
        while let row = try await ahead.nextRow() { rows += row }
        #expect(rows == (0..<23).map(Float.init))
        #expect(try await ahead.nextRow() == nil)
    }

    @Test("are never further ahead than there is room for")
    func bounded() async throws {
        let source = Source(count: 100)
        let ahead = FeaturesAhead(source, capacity: 6)
        for taken in 1...40 {
            _ = try await ahead.nextRow()
            for _ in 0..<10 { await Task.yield() }
            #expect(source.given.withLock { $0 } <= taken + 6)
        }
        #expect(source.given.withLock { $0 } > 40, "nothing was read ahead")
    }

    @Test("an error comes after the rows before it, and again when asked again")
    func failure() async throws {
        let failure = FramegenError(.invalidData, "the sound ends in noise")
        let ahead = FeaturesAhead(Source(count: 3, failure: failure), capacity: 8)
        for expected in 0..<3 { #expect(try await ahead.nextRow() == [Float(expected)]) }
        for _ in 0..<2 {
            let error = await #expect(throws: FramegenError.self) { try await ahead.nextRow() }
            #expect(error?.message == failure.message)
        }
    }

    /// Gives one row, and no other before its task is cancelled.
    private actor WaitingSource: FeatureSource {
        nonisolated let name = "live features"
        nonisolated let rowShape = [1]
        nonisolated let rowCount: Int? = nil
        private var isFirst = true

        func nextRow() async throws(FramegenError) -> [Float]? {
            if isFirst {
                isFirst = false
                return [1]
            }
            while !Task.isCancelled { await Task.yield() }
            throw FramegenError(.cancelled, "cancelled")
        }
    }

    @Test("a row that is there is handed out, whatever the next one waits for", .timeLimit(.minutes(20)))
    func live() async throws {
        let ahead = FeaturesAhead(WaitingSource(), capacity: 4)
        #expect(try await ahead.nextRow() == [1])
        await ahead.settle()
        #expect(try await ahead.nextRow() == nil)
    }

    @Test("cancelling who waits for a row cancels what makes it", .timeLimit(.minutes(20)))
    func cancellation() async throws {
        let ahead = FeaturesAhead(WaitingSource(), capacity: 4)
        _ = try await ahead.nextRow()
        let waiting = Task { try await ahead.nextRow() }
        await Task.yield()
        waiting.cancel()
        let error = await #expect(throws: FramegenError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
    }

    @Test("nothing is read any more once they are settled, and no row comes")
    func settle() async throws {
        let source = Source(count: 100)
        let ahead = FeaturesAhead(source, capacity: 4)
        _ = try await ahead.nextRow()
        await ahead.settle()
        let given = source.given.withLock { $0 }
        #expect(try await ahead.nextRow() == nil)
        #expect(source.given.withLock { $0 } == given)
    }
}
