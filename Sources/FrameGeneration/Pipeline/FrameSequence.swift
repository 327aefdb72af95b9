import Synchronization

/// Finished frames in their order, to be iterated once.
public struct FrameSequence: AsyncSequence, Sendable {
    let pipeline: FramePipeline

    /// Starts nothing yet: the stages start at the first call of `next`.
    public func makeAsyncIterator() -> Iterator { Iterator(pipeline: pipeline) }

    /// Pulls one frame after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let pipeline: FramePipeline
        private var driver: StageDriver?
        /// Shown by several video frames when their rate is above the features'.
        private var current: CompositedFrame?
        private var nextIndex = 0
        /// Pictures taken from the stages up to now.
        private var turn = 0
        /// When the frame before this one was handed over.
        private var handedOver: ContinuousClock.Instant?

        init(pipeline: FramePipeline) {
            self.pipeline = pipeline
        }

        /// The next frame, or nil after the last one.
        ///
        /// - Throws: `FramegenError`: `.cancelled` when the surrounding task was cancelled, `.invalidRequest` when the
        ///   frames are iterated a second time, and what the stages throw.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(FramegenError) -> Frame? {
            try Task.checkNotCancelled()
            if let handedOver { pipeline.times.add(.composite, .blocked, since: handedOver) }
            defer { handedOver = .now }
            if driver == nil { driver = try pipeline.startOnce() }
            if current?.indices.contains(nextIndex) != true {
                let idle = ContinuousClock.now
                let generated = try await driver?.face(turn)
                pipeline.times.add(.composite, .starved, since: idle)
                turn += 1
                // A cancelled queue ends without an error.
                try Task.checkNotCancelled()
                guard let generated else {
                    current = nil
                    return nil
                }
                current = try await pipeline.finish(generated)
            }
            guard let current else { return nil }
            defer { nextIndex += 1 }
            return Frame(
                index: nextIndex, templateIndex: current.templateIndex, current.composite, current.picture)
        }

        /// The next frame, or nil after the last one.
        public mutating func next() async throws(FramegenError) -> Frame? { try await next(isolation: nil) }
    }
}

/// A flag that is raised once.
final class AtomicFlag: Sendable {
    private let isRaised = Mutex(false)

    /// Whether this call raised it.
    func raise() -> Bool {
        isRaised.withLock { isRaised in
            defer { isRaised = true }
            return !isRaised
        }
    }
}
