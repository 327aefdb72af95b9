/// A loaded person: networks that are prepared, a template that is open, and what depends on template frames alone, kept
/// as far as its budget of memory goes.
///
/// Loading takes seconds and hundreds of megabytes, and is done once. Speaking is cheap: an avatar makes as many takes as
/// one likes, several at a time, which share its networks, its threads and its cache. Let go, it lives on until its last
/// take has ended.
public final class Avatar: Sendable {
    /// What it was made of.
    public let generator: Generator
    /// The person's images and faces.
    public let template: Template
    /// The engine that runs its networks.
    public let engineName: String
    /// The arithmetic of the part that runs for every frame.
    public let precision: Precision
    /// Why that precision was chosen, where the choice was left to framegen and the processor has more than one.
    public let precisionReason: String?
    /// How faces are put back into their frames.
    public let paste: Paste
    /// How much of its sharpness a face regains that is larger than the network's square.
    public let sharpening: Sharpening
    /// What the user should know of it.
    public let warnings: [String]
    /// What the template cache may take.
    public let templateCacheInBytes: Int
    /// Where values of the template part are stored beyond the program; nil for nowhere.
    package let store: (any KeptValueStoring)?
    let platform: Platform
    let speechEncoder: SpeechEncoder?
    let templateFrames: TemplateFrames
    let silentFaces = SilentFaces()
    let workers: WorkerPool
    let plan: NetworkPlan
    /// Whether template frames come back, so that what is made of them pays.
    let keepsFrames: Bool
    private let walkRange: ClosedRange<Int>
    private let pictureBytesPerFrame: Int

    /// Prepares the networks in the background.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for a walk outside of the template, and what the engine throws.
    package init(_ parts: AvatarParts) async throws(FramegenError) {
        let (generator, template, engine) = (parts.generator, parts.template, parts.engine)
        let lastIndex = template.frames.count - 1
        let named: ClosedRange<Int> = if case .frames(let range) = parts.walk { range } else { 0...lastIndex }
        guard named.lowerBound >= 0, named.upperBound <= lastIndex else {
            throw FramegenError(
                .invalidRequest,
                "the walk \(parts.walk) is not in \(template.path), expected parts of "
                    + "0..\(lastIndex)")
        }
        let cutter = FaceCutter(recipe: generator.face)
        let pictureBytes = template.pictureBytes(
            cropSide: generator.face.cropSide, parts.paste, parts.sharpening)
        var use = NetworkPlan.Use(
            budgetInBytes: parts.templateCacheInBytes, pictureBytes: pictureBytes, walkCount: named.count,
            frameCount: parts.expectedFrameCount)
        use.shortensWalk = parts.walk == .cached
        var planUse = use
        // What is stored has to serve speeches of any length.
        if parts.store != nil { planUse.frameCount = nil }
        let plan = try await runBlocking { [planUse] () throws(FramegenError) in
            try NetworkPlan(for: parts.model, on: engine, use: planUse, precision: parts.precision)
        }
        use.walkCount = plan.walkCount
        let budget = parts.threads
        let workerCount = !plan.runsSideBySide ? 1 : min(budget.threadCount, Self.mostSessions)
        let threadsPerWorker = max(budget.threadCount / workerCount, 1)
        let workers = try await Self.workers(
            parts, plan, cutter, count: workerCount, threadsPerWorker: threadsPerWorker)
        self.workers = WorkerPool(workers, threadsPerWorker: threadsPerWorker, budget: budget)
        templateFrames = TemplateFrames(
            template: template, cutter: cutter,
            cache: TemplateCache(
                budgetInBytes: use.comesBack ? parts.templateCacheInBytes : 0,
                bytesPerFrame: pictureBytes + plan.keptBytesPerFrame),
            decoder: parts.platform.imageDecoder)
        keepsFrames = use.comesBack && parts.templateCacheInBytes > 0
        self.generator = generator
        self.template = template
        self.plan = plan
        walkRange = named.lowerBound...(named.lowerBound + plan.walkCount - 1)
        pictureBytesPerFrame = pictureBytes
        paste = parts.paste
        sharpening = parts.sharpening
        store = parts.store
        platform = parts.platform
        speechEncoder = parts.speechEncoder
        engineName = engine.name
        precision = parts.precision.perFrame
        precisionReason = parts.precisionReason
        warnings = parts.warnings
        templateCacheInBytes = parts.templateCacheInBytes
    }

    /// A take of `speech`: nothing is opened or started yet.
    public func speak(_ speech: Speech, settings: TakeSettings = TakeSettings()) -> Take {
        speak(speech, settings: settings, tracer: nil)
    }

    /// With somebody who sees every frame after each stage.
    package func speak(_ speech: Speech, settings: TakeSettings, tracer: (any FrameTracing)?) -> Take {
        Take(speech, of: self, settings: settings, tracer: tracer)
    }

    /// Frames of a take after which every frame of the walk has been used.
    package func firstPassFrameCount(_ settings: TakeSettings) throws(FramegenError) -> Int {
        let walk = try walk(startFrame: settings.startFrame)
        return FrameSchedule(
            rowsPerSecond: generator.features.rowsPerSecond, frameRate: settings.frameRate ?? generator.frameRate
        ).frameCount(ofRows: walk.stepsOfFirstPass)
    }

    /// About what it takes in memory when its cache is as full as it gets: an estimate for those who keep several.
    package var memoryInBytes: Int {
        let weights = plan.frame.weightBytes
        let templateWeights = plan.template?.weightBytes ?? 0
        let frameBytes = templateWeights == 0 ? 0 : pictureBytesPerFrame + plan.keptBytesPerFrame
        return 2 * (weights + templateWeights) + workers.workerCount * Self.bytesPerWorker
            + min(templateCacheInBytes, frameBytes * walkRange.count)
            + silentFaces.bytes(of: template, walkRange)
    }

    /// What a session of the whole 328 network was measured to take in fp32; sessions of its parts take less.
    private static let bytesPerWorker = 117_000_000

    /// Threads that work for a stage at most, of the stages before frames are written.
    package var threads: [Stage: Int] {
        [.audio: 1, .cut: 1, .infer: workers.workerCount * workers.threadsPerWorker, .paste: 1]
    }

    /// The walk over the template that begins with `startFrame`.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when the start frame is not in it.
    func walk(startFrame: Int) throws(FramegenError) -> PingPong {
        // The usual start is the walk's own.
        let start = startFrame == 0 ? walkRange.lowerBound : startFrame
        guard walkRange.contains(start) else {
            throw FramegenError(
                .invalidRequest,
                "start frame \(startFrame) is not in \(template.path), expected \(walkRange.lowerBound) to "
                    + "\(walkRange.upperBound)")
        }
        return PingPong(count: walkRange.upperBound + 1, start: start)
    }

    /// Sessions at most; with more threads, each has several.
    ///
    /// A session on one thread wastes nothing on sharing out its work, and each holds its own values.
    private static let mostSessions = 4

    private static func workers(
        _ parts: AvatarParts, _ plan: NetworkPlan, _ cutter: FaceCutter, count: Int, threadsPerWorker: Int
    ) async throws(FramegenError) -> [InferenceWorker] {
        var options = SessionOptions(threads: threadsPerWorker, precision: parts.precision.perFrame)
        options.bfloat16InputCount = plan.keptCount
        let templateOptions = SessionOptions(threads: threadsPerWorker, precision: parts.precision.template)
        let (frameOptions, engine) = (options, parts.engine)
        return try await runBlocking { () throws(FramegenError) in
            let templateNetwork = plan.template.map { model in
                let store = parts.store
                store?.prepare(
                    for: KeptValueSource(model: model, face: cutter.recipe, precision: parts.precision.template))
                return TemplateNetwork(store: store) { () throws(FramegenError) in
                    try engine.prepare(model, options: templateOptions, sessionCount: count)
                }
            }
            let network = try engine.prepare(plan.frame, options: frameOptions, sessionCount: count)
            return try (0..<count).map { _ throws(FramegenError) in
                try InferenceWorker(network, templateNetwork: templateNetwork, cutter: cutter)
            }
        }
    }
}

/// What an avatar is made of.
package struct AvatarParts: Sendable {
    /// Says how faces are cut and how windows of features are shaped.
    package var generator: Generator
    /// The generator's network with trained weights.
    package var model: NetworkModel
    /// The person.
    package var template: Template
    /// Makes features of sound; nil where speech comes as features.
    package var speechEncoder: SpeechEncoder?
    /// Runs the network.
    package var engine: any InferenceEngine
    /// The arithmetic of the network's parts.
    package var precision = NetworkPrecision(.fp32)
    /// Why it was chosen.
    package var precisionReason: String?
    /// Threads that the network may use, with all avatars that share them.
    package var threads = ThreadBudget()
    /// Files, images, sound.
    package var platform: Platform
    /// Memory for what depends on the template alone, which is then computed once for each of its frames and kept; 0 to
    /// keep nothing and run the network as it is.
    package var templateCacheInBytes = 0
    /// Where of that is kept, beyond the program, what the network computes; of no use when it is run as it is.
    package var store: (any KeptValueStoring)?
    /// The template's frames that are used.
    package var walk = TemplateWalk.whole
    /// How faces are put back into their frames.
    package var paste = Paste.exact
    /// How much of its sharpness a face regains that is larger than the network's square.
    package var sharpening = Sharpening.off
    /// Frames that will be made in all, where that is known: what is not used again is not kept.
    package var expectedFrameCount: Int?
    /// What the user should know.
    package var warnings: [String] = []

    package init(
        generator: Generator, model: NetworkModel, template: Template, engine: any InferenceEngine, platform: Platform
    ) {
        self.generator = generator
        self.model = model
        self.template = template
        self.engine = engine
        self.platform = platform
    }
}

extension NetworkModel {
    /// What its weights take in memory.
    fileprivate var weightBytes: Int {
        weights.values.reduce(0) { sum, tensor in sum + tensor.values.count * MemoryLayout<Float>.stride }
    }
}

extension Template {
    /// What the images of one frame take in memory, with a face crop of `cropSide`, the picture for a video, and what is
    /// kept for the paste.
    ///
    /// The picture counts even where there is no video: what is stored on disk serves takes of either kind.
    func pictureBytes(cropSide: Int, _ paste: Paste, _ sharpening: Sharpening) -> Int {
        let largestFace = frames.map { $0.cropRect.width * $0.cropRect.height }.max() ?? 0
        let isSharpened = frames.contains { frame in
            let side = Double(max(frame.cropRect.width, frame.cropRect.height))
            return sharpening.strength(side: side, cropSide: cropSide) > 0
        }
        let hasLabels = frames.contains { $0.parsingPath != nil }
        return (imageSize.width * imageSize.height + cropSide * cropSide) * PixelImage.channels
            + PlanarPicture.byteCount(of: imageSize) + (hasLabels ? largestFace : 0)
            + (paste == .exact ? 0 : 2 * largestFace)
            + (isSharpened ? PixelImage.channels * (2 * largestFace + cropSide * cropSide) : 0)
    }
}
