import FrameGeneration
import Testing

@Suite("Two things side by side")
struct SideBySideTests {
    private static func fail(_ message: String) throws(FramegenError) -> Int {
        throw FramegenError(.invalidData, message)
    }

    /// Goes on until it is cancelled.
    private static func wait() async throws(FramegenError) -> Int {
        while !Task.isCancelled { await Task.yield() }
        throw FramegenError(.cancelled, "cancelled")
    }

    @Test("are under way together, and give what both give", .timeLimit(.minutes(20)))
    func values() async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Int.self)
        // Done one after the other, the first would wait for ever.
        let result = try await sideBySide { () async -> Int in
            for await value in signals { return value }
            return 0
        } _: {
            signal.yield(7)
            return "second"
        }
        #expect(result.0 == 7)
        #expect(result.1 == "second")
    }

    @Test("when the first fails, the second is cancelled, and the first's error is thrown", .timeLimit(.minutes(20)))
    func firstFails() async {
        let error = await #expect(throws: FramegenError.self) {
            try await sideBySide { () throws(FramegenError) in
                try Self.fail("first")
            } _: { () throws(FramegenError) in
                try await Self.wait()
            }
        }
        #expect(error?.message == "first")
    }

    @Test("when the second fails, its error is thrown, but when both fail the first's")
    func secondFails() async {
        for (first, expected) in [(nil, "second"), ("first", "first")] as [(String?, String)] {
            let error = await #expect(throws: FramegenError.self) {
                try await sideBySide { () throws(FramegenError) in
                    try first.map(Self.fail) ?? 0
                } _: { () throws(FramegenError) in
                    try Self.fail("second")
                }
            }
            #expect(error?.message == expected)
        }
    }

    @Test("cancelling who waits cancels both", .timeLimit(.minutes(20)))
    func cancellation() async {
        let waiting = Task {
            try await sideBySide { () throws(FramegenError) in
                try await Self.wait()
            } _: { () throws(FramegenError) in
                try await Self.wait()
            }
        }
        waiting.cancel()
        let error = await #expect(throws: FramegenError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
    }
}
