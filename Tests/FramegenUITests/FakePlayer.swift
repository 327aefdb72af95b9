import FrameGeneration
import FramegenUI
import Synchronization

/// A player without a screen, whose clock tests move: it says what was asked of it.
actor FakePlayer: FacePlaying {
    enum Call: Equatable {
        case begin(frameRate: FrameRate)
        case play(from: Double)
        case pause, flush
    }

    private(set) var calls: [Call] = []
    private(set) var places: [Int] = []
    private(set) var waits: [Double] = []
    private(set) var seconds = 0.0
    private let onEnqueue: @Sendable (Int) async throws(FramegenError) -> Void

    /// `onEnqueue` is called with the place of a frame that was taken, and holds it up.
    init(onEnqueue: @escaping @Sendable (Int) async throws(FramegenError) -> Void = { _ in }) {
        self.onEnqueue = onEnqueue
    }

    func begin(_ format: TakeFormat) { calls.append(.begin(frameRate: format.frameRate)) }

    func enqueue(_ frame: Frame, at place: Int) async throws(FramegenError) {
        places.append(place)
        try await onEnqueue(place)
    }

    func play(from seconds: Double) {
        calls.append(.play(from: seconds))
        self.seconds = seconds
    }

    func pause() { calls.append(.pause) }

    /// The clock comes there at once.
    func wait(until seconds: Double) {
        waits.append(seconds)
        self.seconds = max(self.seconds, seconds)
    }

    func flush() { calls.append(.flush) }

    func setSeconds(_ seconds: Double) { self.seconds = seconds }
}
