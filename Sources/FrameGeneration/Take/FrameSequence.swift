/// Finished frames of a take in their order, to be iterated once.
public struct FrameSequence: AsyncSequence, Sendable {
    let take: Take
    let makesPictures: Bool
    /// Whether they are written to sinks, so that the take goes on after the last frame.
    let isWritten: Bool

    /// Starts nothing yet: the stages start at the first call of `next`.
    public func makeAsyncIterator() -> Iterator {
        Iterator(take: take, makesPictures: makesPictures, isWritten: isWritten)
    }

    /// Pulls one frame after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let take: Take
        private let makesPictures: Bool
        private let isWritten: Bool
        private var run: TakeRun?
        /// Shown by several video frames when their rate is above the features'.
        private var current: PastedFrame?
        private var nextIndex = 0

        init(take: Take, makesPictures: Bool, isWritten: Bool) {
            self.take = take
            self.makesPictures = makesPictures
            self.isWritten = isWritten
        }

        /// The next frame, or nil after the last one; one of live speech comes when it is due, or else as soon as it is there.
        ///
        /// - Throws: `FramegenError`: `.cancelled` when the take or the surrounding task was cancelled, `.invalidRequest`
        ///   when the frames are iterated a second time, and what the stages throw. No stage is at work any more then.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(FramegenError) -> Frame? {
            let run: TakeRun
            if let started = self.run {
                run = started
            } else {
                run = try await take.start(makesPictures: makesPictures, isWritten: isWritten)
                self.run = run
            }
            if current?.indices.contains(nextIndex) != true {
                current = try await take.next(of: run)
                nextIndex = current?.indices.lowerBound ?? nextIndex
            }
            guard let current else { return nil }
            defer { nextIndex += 1 }
            let frame = Frame(nextIndex, of: current)
            await take.waitUntilDue(frame)
            return frame
        }

        /// Whether this iterator is the one that the take's frames go to.
        var isStarted: Bool { run != nil }

        /// Stops the stages, and returns when none is at work any more.
        func stop() async {
            run?.cancel()
            await run?.task.value
        }

        /// The next frame, or nil after the last one.
        public mutating func next() async throws(FramegenError) -> Frame? { try await next(isolation: nil) }
    }
}
