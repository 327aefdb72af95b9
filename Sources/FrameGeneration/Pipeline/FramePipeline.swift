/// Everything between opened inputs and finished frames.
public struct FramePipeline: Sendable {
    /// Frames that a stage may be ahead of the next one: the one it holds until that takes it.
    ///
    /// Enough to keep neighbours busy side by side, and what bounds the memory.
    package static let stageLead = 1
    /// Rows of features that are made before their frames: two batches of the audio encoder.
    static let featureLead = 2 * AudioFeatures.batchSize
    /// Sessions that run the network's part for the sound on frames side by side at most; with more threads, each has
    /// several.
    ///
    /// A session on one thread wastes nothing on sharing out its work, and each holds its own values: 60 MB with the 328
    /// generator. The whole network, with which who keeps nothing saves memory, takes twice that and gains nothing by it.
    static let mostSessions = 4

    /// How each stage has spent its time up to now.
    public let times: StageTimes
    /// Frames to come in all, where the features' length is known.
    public let frameCount: Int?
    /// Frames after which every frame of the template has been used.
    package let firstPassFrameCount: Int
    /// Threads that work for a stage at most, of the stages from compose to composite.
    package let threads: [Stage: Int]
    private let features: FeaturesAhead
    private let compose: ComposeStage
    private let generate: [GenerateStage]
    private let composite: CompositeStage
    private let claimed = AtomicFlag()
    /// Sees every frame after each stage; nil for nobody, which costs nothing.
    package var tracer: (any FrameTracing)?

    /// Puts the stages together and prepares the engine, off the cooperative thread pool.
    ///
    /// - Parameters:
    ///   - generator: says how faces are cut and how windows of features are shaped.
    ///   - model: the generator's network with trained weights.
    ///   - template: the person; with parsing when it was opened so.
    ///   - features: rows, as many for each second of video as the generator takes.
    ///   - engine: runs the network.
    ///   - sessionOptions: threads, of all sessions together, and precision for the engine.
    ///   - templatePrecision: of the part that depends on template frames alone, where it is run by itself.
    ///   - decoder: reads the template's images.
    ///   - converter: makes pictures for a video, of which a template frame's is made once and only the face's part anew
    ///     for each frame; nil when there is no video, and of no use when nothing is kept.
    ///   - templateCacheInBytes: memory for what depends on the template alone, which is then computed once for each
    ///     of its frames and kept; 0 to keep nothing and run the network as it is.
    ///   - templateStore: where of that is kept, beyond the run, what the network computes; of no use when it is run as
    ///     it is.
    ///   - frameRate: of the video; nil for one frame a row.
    ///   - startFrame: the first of the template's frames to be used, from 0.
    ///   - frameLimit: frames to make at most.
    ///   - times: where busy time is added up.
    /// - Throws: `FramegenError`: `.invalidRequest` for a start frame or limit out of range, `.invalidData` for
    ///   features that do not fit the generator, and what the engine throws.
    public init(
        generator: Generator, model: NetworkModel, template: Template, features: any FeatureSource,
        engine: any InferenceEngine, sessionOptions: SessionOptions, templatePrecision: Precision = .fp32,
        decoder: any ImageDecoding, converter: (any PictureConverting)? = nil, templateCacheInBytes: Int = 0,
        templateStore: (any KeptValueStoring)? = nil, frameRate: FrameRate? = nil, startFrame: Int = 0,
        frameLimit: Int? = nil, times: StageTimes = StageTimes()
    ) async throws(FramegenError) {
        guard template.frames.indices.contains(startFrame) else {
            throw FramegenError(
                .invalidRequest,
                "start frame \(startFrame) is not in \(template.path), expected 0 to \(template.frames.count - 1)")
        }
        guard frameLimit ?? 1 >= 1 else {
            throw FramegenError(.invalidRequest, "the frame limit is \(frameLimit ?? 0), expected 1 or more")
        }
        let featuresAhead = FeaturesAhead(
            features, capacity: Self.featureLead, times: features is AudioFeatures ? times : nil)
        let windows = try AudioWindows(featuresAhead, for: generator)
        let schedule = FrameSchedule(
            rowsPerSecond: generator.features.rowsPerSecond, frameRate: frameRate ?? generator.frameRate)
        self.times = times
        self.features = featuresAhead
        let plan = try await runBlocking { () throws(FramegenError) in
            try NetworkPlan(
                for: model, of: generator, on: engine, template: template,
                templateCacheInBytes: templateCacheInBytes, precision: sessionOptions.precision)
        }
        let keptConverter = templateCacheInBytes > 0 ? converter : nil
        compose = ComposeStage(
            template: template, windows: windows, schedule: schedule, composer: Composer(recipe: generator.face),
            readsFace: plan.readsFace, cache: TemplateCache(budgetInBytes: templateCacheInBytes), store: templateStore,
            decoder: decoder, converter: keptConverter, startFrame: startFrame, frameLimit: frameLimit, times: times)
        let order = PingPong(count: template.frames.count, start: startFrame)
        firstPassFrameCount = schedule.frameCount(ofRows: order.stepsOfFirstPass)
        let sessionCount = plan.template == nil ? 1 : min(max(sessionOptions.threads, 1), Self.mostSessions)
        generate = (0..<sessionCount).map { _ in GenerateStage(times: times) }
        composite = CompositeStage(
            compositor: Compositor(recipe: generator.face), converter: keptConverter, times: times)
        let sessionThreads = Self.threadsOfSession(sessionOptions, of: sessionCount)
        threads = [
            .compose: plan.template == nil ? 1 : Self.threadsOfTemplatePart(sessionOptions),
            .generate: sessionCount * sessionThreads,
            .composite: 1,
        ]
        frameCount = features.rowCount.map { min(schedule.frameCount(ofRows: $0), frameLimit ?? .max) }
        try await prepare(engine, plan, sessionOptions, templatePrecision)
    }

    private static func threadsOfTemplatePart(_ options: SessionOptions) -> Int { max(options.threads / 2, 1) }

    private static func threadsOfSession(_ options: SessionOptions, of sessionCount: Int) -> Int {
        max(options.threads / sessionCount, 1)
    }

    /// Prepares all sessions side by side.
    private func prepare(
        _ engine: any InferenceEngine, _ plan: NetworkPlan, _ options: SessionOptions, _ templatePrecision: Precision
    ) async throws(FramegenError) {
        var laneOptions = options
        laneOptions.threads = Self.threadsOfSession(options, of: generate.count)
        laneOptions.bfloat16InputCount = plan.keptCount
        var templateOptions = options
        templateOptions.precision = templatePrecision
        // Beside the sessions, so not on all threads.
        templateOptions.threads = Self.threadsOfTemplatePart(options)
        let (compose, stages, laneSettings, templateSettings) = (compose, generate, laneOptions, templateOptions)
        _ = try await sideBySide { () throws(FramegenError) in
            try await compose.prepare(engine, for: plan.template, options: templateSettings)
        } _: { () throws(FramegenError) in
            let network = try await runBlocking { () throws(FramegenError) in
                try engine.prepare(plan.frame, options: laneSettings, sessionCount: stages.count)
            }
            for stage in stages { try await stage.prepare(network) }
        }
    }

    /// The frames, made as they are asked for and a bounded number ahead; to be iterated once.
    ///
    /// Cancelling the task that iterates, or letting the iterator go, stops all stages.
    public var frames: FrameSequence { FrameSequence(pipeline: self) }

    /// Returns when the runs of the network that are under way, if any, are over; after a cancellation no other begins.
    package func settle() async {
        await features.settle()
        await compose.settle()
        for stage in generate { await stage.settle() }
    }

    /// Starts the stages, which can be done once: they have a state that cannot be wound back.
    func startOnce() throws(FramegenError) -> StageDriver {
        guard claimed.raise() else {
            throw FramegenError(.invalidRequest, "the frames were iterated before, expected a generator for each time")
        }
        return StageDriver(compose: compose, generate: generate, tracer: tracer, times: times)
    }

    func finish(_ frame: GeneratedFrame) async throws(FramegenError) -> CompositedFrame {
        let picture = try await composite.composite(frame)
        try await tracer?.trace(picture)
        return picture
    }
}
