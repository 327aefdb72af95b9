/// The order in which template frames are used: forth and back, for ever (Documentation/model-family/frames.md,
/// "Order of template frames").
///
/// Over n frames it gives 1, 2, …, n−1, n−2, …, 0, 1, …: it starts at 1, as the original does. A `start` moves the
/// whole walk to the frames from there on.
public struct PingPong: Sendable, Sequence, IteratorProtocol {
    private let start: Int
    private let last: Int
    /// Steps of the current round, of which the first half goes up.
    package private(set) var phase = 0

    /// A walk over the frames `start..<count`.
    ///
    /// - Precondition: `start` is one of them.
    public init(count: Int, start: Int = 0) {
        precondition(start >= 0 && start < count, "start frame \(start) of \(count)")
        self.start = start
        last = count - start - 1
    }

    /// Steps until the walk is where it was, going the same way; at least 1.
    private var roundLength: Int { Swift.max(2 * last, 1) }

    private func index(ofPhase phase: Int) -> Int { start + (phase <= last ? phase : 2 * last - phase) }

    /// The next index, `start..<count`; never nil.
    public mutating func next() -> Int? {
        phase = (phase + 1) % roundLength
        return index(ofPhase: phase)
    }

    /// Goes on as far as so many calls of `next` would, 0 or more.
    package mutating func advance(by steps: Int) { phase = (phase + steps % roundLength) % roundLength }

    /// The index that a walk from its beginning gives at `position`, counted from 0.
    ///
    /// - Precondition: `position` is 0 or more.
    package func index(at position: Int) -> Int {
        precondition(position >= 0, "position \(position)")
        return index(ofPhase: (position % roundLength + 1) % roundLength)
    }

    /// Frames that the walk comes to.
    package var frameCount: Int { last + 1 }

    /// Steps in which a walk from its beginning comes to every frame: the first one is the last that it comes to.
    package var stepsOfFirstPass: Int { roundLength }

    /// Steps until the walk, from where it is, comes to `frame`, which must be one that it comes to; at least 1.
    package func steps(until frame: Int) -> Int {
        // Every frame but the ends is passed twice a round, on the way up and on the way down.
        [frame - start, 2 * last - (frame - start)].map { target in
            let steps = ((target - phase) % roundLength + roundLength) % roundLength
            return steps == 0 ? roundLength : steps
        }.min() ?? roundLength
    }
}
