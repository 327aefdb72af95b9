import FrameGeneration
import Synchronization
import TestSupport

/// Features of which each row tells its number.
actor NumberedRows: FeatureSource {
    nonisolated let name = "numbered rows"
    nonisolated let rowShape: [Int]
    nonisolated let rowCount: Int?
    private let count: Int
    private var next = 0

    /// - Parameters:
    ///   - count: of rows.
    ///   - rowShape: by default that of the smallest generator.
    ///   - isLengthKnown: whether the source says how many there are.
    ///   - first: the number of the first one.
    init(_ count: Int, rowShape: [Int] = [2, 1024], isLengthKnown: Bool = true, from first: Int = 0) {
        self.count = first + count
        self.rowShape = rowShape
        rowCount = isLengthKnown ? count : nil
        next = first
    }

    func nextRow() -> [Float]? {
        guard next < count else { return nil }
        defer { next += 1 }
        return [Float](repeating: Self.value(ofRow: next), count: rowShape.reduce(1, *))
    }

    /// All values of a row; never 0.
    static func value(ofRow row: Int) -> Float { (Float(byte(ofRow: row)) + 0.5) / 255 }

    /// What the stand-in engine makes of a row: every value of the face, as bytes hold it.
    static func byte(ofRow row: Int) -> UInt8 { UInt8(row % 200 + 1) }
}

extension Frame {
    /// A pixel in the middle of the face of a `TemplateFolder`'s frame.
    var faceByte: UInt8 { makeImage()[at: (24, 20)] }

    /// A pixel outside of it.
    var templateByte: UInt8 { makeImage()[at: (60, 2)] }
}

extension PixelImage {
    fileprivate subscript(at place: (x: Int, y: Int)) -> UInt8 {
        pixels[(place.y * width + place.x) * PixelImage.channels]
    }
}

extension Take {
    /// All frames, to the end.
    func allFrames() async throws(FramegenError) -> [Frame] {
        var all: [Frame] = []
        for try await frame in frames { all.append(frame) }
        return all
    }

    /// What the take has reported, when it has ended.
    func allEvents() async -> [TakeEvent] {
        var all: [TakeEvent] = []
        for await event in events { all.append(event) }
        return all
    }
}

/// Counts what happens, and lets others wait for it.
final class Counter: Sendable {
    private let state = Mutex(State())

    private struct State {
        var count = 0
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    var count: Int { state.withLock { $0.count } }

    /// Counts one more; returns how many there were before.
    @discardableResult
    func add() -> Int {
        let (before, reached) = state.withLock { state in
            state.count += 1
            let reached = state.waiting.filter { $0.count <= state.count }
            state.waiting.removeAll { $0.count <= state.count }
            return (state.count - 1, reached)
        }
        for waiter in reached { waiter.continuation.resume() }
        return before
    }

    /// Waits until there are `count`.
    func reach(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                guard state.count < count else { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }
}

/// Tells when the last of the objects that hold it is gone.
final class Token: Sendable {}

/// Numbers that look random, always the same.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}
