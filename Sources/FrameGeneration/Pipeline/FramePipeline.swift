import AsyncAlgorithms

/// Everything between opened inputs and finished frames.
public struct FramePipeline: Sendable {
    /// Frames that may wait between two stages.
    ///
    /// Enough to keep neighbours busy, and what bounds the memory.
    public enum QueueCapacity {
        /// Between compose and generate.
        public static let composed = 2
        /// Between generate and composite.
        public static let generated = 2
    }

    /// How long each stage has been busy up to now.
    public let times: StageTimes
    /// Frames to come in all, where the features' length is known.
    public let frameCount: Int?
    private let compose: ComposeStage
    private let generate: GenerateStage
    private let composite: CompositeStage

    /// Puts the stages together and prepares the engine, off the cooperative thread pool.
    ///
    /// - Parameters:
    ///   - generator: says how faces are cut and how windows of features are shaped.
    ///   - model: the generator's network with trained weights.
    ///   - template: the person; with parsing when it was opened so.
    ///   - features: rows, `featureRowsPerSecond` of the generator for each second of video.
    ///   - engine: runs the network.
    ///   - sessionOptions: threads and precision for the engine.
    ///   - decoder: reads the template's images.
    ///   - frameRate: of the video; nil for one frame a row.
    ///   - startFrame: the first of the template's frames to be used, from 0.
    ///   - frameLimit: frames to make at most.
    ///   - times: where busy time is added up.
    /// - Throws: `FramegenError`: `.invalidRequest` for a start frame or limit out of range, `.invalidData` for
    ///   features that do not fit the generator, and what the engine throws.
    public init(
        generator: Generator, model: NetworkModel, template: Template, features: any FeatureSource,
        engine: any InferenceEngine, sessionOptions: SessionOptions, decoder: any ImageDecoding,
        frameRate: FrameRate? = nil, startFrame: Int = 0, frameLimit: Int? = nil, times: StageTimes = StageTimes()
    ) async throws(FramegenError) {
        guard template.frames.indices.contains(startFrame) else {
            throw FramegenError(
                .invalidRequest,
                "start frame \(startFrame) is not in \(template.path), expected 0 to \(template.frames.count - 1)")
        }
        guard frameLimit ?? 1 >= 1 else {
            throw FramegenError(.invalidRequest, "the frame limit is \(frameLimit ?? 0), expected 1 or more")
        }
        let windows = try AudioWindows(features, for: generator)
        let schedule = FrameSchedule(
            rowsPerSecond: generator.featureRowsPerSecond, frameRate: frameRate ?? generator.frameRate)
        self.times = times
        compose = ComposeStage(
            template: template, windows: windows, schedule: schedule, composer: Composer(recipe: generator.face),
            decoder: decoder,
            startFrame: startFrame, frameLimit: frameLimit, times: times)
        generate = GenerateStage(times: times)
        composite = CompositeStage(compositor: Compositor(recipe: generator.face), times: times)
        frameCount = features.rowCount.map { min(schedule.frameCount(ofRows: $0), frameLimit ?? .max) }
        try await generate.prepare(engine, for: model, options: sessionOptions)
    }

    /// The frames, made as they are asked for and a bounded number ahead; to be iterated once.
    ///
    /// Cancelling the task that iterates stops all stages.
    public var frames: FrameSequence { FrameSequence(pipeline: self) }

    fileprivate func makeFrames() -> any AsyncIteratorProtocol<CompositedFrame, any Error> {
        ComposedFrames(stage: compose)
            .buffer(policy: .bounded(QueueCapacity.composed))
            .map { [generate] frame in try await generate.generate(frame) }
            .buffer(policy: .bounded(QueueCapacity.generated))
            .map { [composite] frame in await composite.composite(frame) }
            .makeAsyncIterator()
    }
}

/// Finished frames in their order.
public struct FrameSequence: AsyncSequence, Sendable {
    fileprivate let pipeline: FramePipeline

    /// Starts the stages at the first call of `next`.
    public func makeAsyncIterator() -> Iterator { Iterator(base: pipeline.makeFrames()) }

    /// Pulls one frame after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: any AsyncIteratorProtocol<CompositedFrame, any Error>
        /// Shown by several video frames when their rate is above the features'.
        private var current: CompositedFrame?
        private var nextIndex = 0

        fileprivate init(base: any AsyncIteratorProtocol<CompositedFrame, any Error>) {
            self.base = base
        }

        /// The next frame, or nil after the last one.
        ///
        /// - Throws: `FramegenError`, with `.cancelled` when the surrounding task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(FramegenError) -> Frame? {
            do {
                if current?.indices.contains(nextIndex) != true {
                    current = try await base.next(isolation: actor)
                }
                // A cancelled queue ends without an error.
                try Task.checkNotCancelled()
                guard let current else { return nil }
                defer { nextIndex += 1 }
                return Frame(index: nextIndex, templateIndex: current.templateIndex, image: current.image)
            } catch let error as FramegenError {
                throw error
            } catch is CancellationError {
                throw FramegenError(.cancelled, "cancelled")
            } catch {
                throw FramegenError(.internalFailure, "a stage failed: \(error)", cause: error)
            }
        }

        /// The next frame, or nil after the last one.
        public mutating func next() async throws(FramegenError) -> Frame? { try await next(isolation: nil) }
    }
}

/// The compose stage as a sequence.
private struct ComposedFrames: AsyncSequence, Sendable {
    let stage: ComposeStage

    func makeAsyncIterator() -> Iterator { Iterator(stage: stage) }

    struct Iterator: AsyncIteratorProtocol {
        let stage: ComposeStage

        mutating func next() async throws -> ComposedFrame? {
            try Task.checkCancellation()
            return try await stage.next()
        }
    }
}
