import FramegenServer
import Media
import Synchronization

/// Pieces of a stream that no encoder made.
struct MadeUpStream {
    let frameDuration: Double
    private(set) var count = 0

    init(frameDuration: Double = 0.04) { self.frameDuration = frameDuration }

    static let beginning = StreamPiece(.beginning, bytes: Array("beginning;".utf8))

    /// The next fragment; its bytes are its number.
    mutating func fragment(isKeyFrame: Bool = false, byteCount: Int = 0) -> StreamPiece {
        defer { count += 1 }
        let text = Array("\(isKeyFrame ? "K" : "f")\(count);".utf8)
        return StreamPiece(
            .fragment(
                StreamFragmentTimes(
                    startInSeconds: Double(count) * frameDuration, durationInSeconds: frameDuration,
                    isKeyFrame: isKeyFrame)),
            bytes: text + [UInt8](repeating: 0, count: max(0, byteCount - text.count)))
    }

    /// The next fragments, of which each `interval`th begins with a key frame.
    mutating func fragments(_ number: Int, keyFrameInterval interval: Int) -> [StreamPiece] {
        (0..<number).map { _ in fragment(isKeyFrame: count % interval == 0) }
    }
}

/// Time that passes when a test says so.
final class ManualClock: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [(end: Duration, wake: AsyncStream<Void>.Continuation)] = []
    }
    private let state = Mutex(State())

    var clock: StreamClock {
        StreamClock(
            now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) },
            dateInSeconds: { 1_700_000_000 + self.state.withLock { $0.now } / .seconds(1) })
    }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let woken = state.sleepers.filter { $0.end <= state.now }
            state.sleepers.removeAll { $0.end <= state.now }
            return woken
        }
        for sleeper in woken { sleeper.wake.finish() }
    }

    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    private func sleep(_ duration: Duration) async throws {
        let (stream, wake) = AsyncStream<Void>.makeStream()
        state.withLock { $0.sleepers.append(($0.now + duration, wake)) }
        for await _ in stream {}
        try Task.checkCancellation()
    }
}

/// Counts how often a key frame was asked for.
final class KeyFrameRequests: Sendable {
    private let counter = Mutex(0)
    var count: Int { counter.withLock { $0 } }
    func add() { counter.withLock { $0 += 1 } }
}
