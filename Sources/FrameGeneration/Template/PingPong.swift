/// The order in which template frames are used: forth and back, for ever (spec: frames, "Order of template frames").
///
/// Over n frames it gives 1, 2, …, n−1, n−2, …, 0, 1, …: it starts at 1, as the original does. A `start` moves the
/// whole walk to the frames from there on.
public struct PingPong: Sendable, Sequence, IteratorProtocol {
    private let start: Int
    private let last: Int
    private var index = 0
    private var step = 0

    /// A walk over the frames `start..<count`.
    ///
    /// - Precondition: `start` is one of them.
    public init(count: Int, start: Int = 0) {
        precondition(start >= 0 && start < count, "start frame \(start) of \(count)")
        self.start = start
        last = count - start - 1
    }

    /// The next index, `start..<count`; never nil.
    public mutating func next() -> Int? {
        guard last > 0 else { return start }
        if index > last - 1 { step = -1 }
        if index < 1 { step = 1 }
        index += step
        return start + index
    }

    /// The index that a walk from its beginning gives at `position`, counted from 0.
    ///
    /// - Precondition: `position` is 0 or more.
    package func index(at position: Int) -> Int {
        precondition(position >= 0, "position \(position)")
        guard last > 0 else { return start }
        let step = (position % (2 * last) + 1) % (2 * last)
        return start + (step <= last ? step : 2 * last - step)
    }

    /// Steps in which a walk from its beginning comes to every frame: the first one is the last that it comes to.
    package var stepsOfFirstPass: Int { last > 0 ? 2 * last : 1 }

    /// Steps until the walk, from where it is, comes to `frame`, which must be one that it comes to; at least 1.
    package func steps(until frame: Int) -> Int {
        guard last > 0 else { return 1 }
        let target = frame - start
        let goesUp = index < 1 || index < last && step == 1
        if goesUp { return target > index ? target - index : 2 * last - index - target }
        return target < index ? index - target : index + target
    }
}
