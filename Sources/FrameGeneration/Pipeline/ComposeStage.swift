/// Reads template frames in ping-pong order and prepares them, one for each row of features that a video frame shows.
///
/// What depends on the template frame alone is kept, as far as the budget goes.
actor ComposeStage {
    private let template: Template
    private let decoder: any ImageDecoding
    private let converter: (any PictureConverting)?
    private let store: (any KeptValueStoring)?
    private let composer: Composer
    private let readsFace: Bool
    private let times: StageTimes
    private let frameLimit: Int
    private let schedule: FrameSchedule
    private var order: PingPong
    private var windows: AudioWindows
    private var cache: TemplateCache
    private var templatePart: TemplatePart?
    private var row = 0
    private let executor = StageExecutor(name: "compose")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        template: Template, windows: AudioWindows, schedule: FrameSchedule, composer: Composer, readsFace: Bool,
        cache: TemplateCache, store: (any KeptValueStoring)?, decoder: any ImageDecoding,
        converter: (any PictureConverting)?, startFrame: Int, frameLimit: Int?, times: StageTimes
    ) {
        self.template = template
        self.windows = windows
        self.schedule = schedule
        self.composer = composer
        self.readsFace = readsFace
        self.cache = cache
        self.store = store
        self.decoder = decoder
        self.converter = converter
        self.frameLimit = frameLimit ?? .max
        self.times = times
        order = PingPong(count: template.frames.count, start: startFrame)
    }

    /// Prepares `engine` for the part of the network that depends on template frames alone, where it is run by itself.
    func prepare(
        _ engine: any InferenceEngine, for model: NetworkModel?, options: SessionOptions
    ) throws(FramegenError) {
        guard let model else { return }
        templatePart = try TemplatePart(
            model, on: engine, options: options, composer: composer, store: store)
    }

    /// Returns when what is under way, a run of the network perhaps, is over.
    func settle() {}

    func next() async throws(FramegenError) -> ComposedFrame? {
        while true {
            let indices = schedule.frames(showing: row).clamped(to: 0..<frameLimit)
            guard indices.lowerBound < frameLimit, let window = try await nextWindow(),
                let templateIndex = order.next()
            else { return nil }
            defer { row += 1 }
            if !indices.isEmpty { return try compose(indices, templateIndex, window) }
        }
    }

    private func compose(
        _ indices: Range<Int>, _ templateIndex: Int, _ window: Tensor
    ) throws(FramegenError) -> ComposedFrame {
        let start = ContinuousClock.now
        defer { times.add(.compose, since: start) }
        let kept = cache.frame(templateIndex)
        let prepared = if let kept { kept } else { try prepare(templateIndex) }
        if kept == nil { cache.keep(prepared, in: order) }
        times.countTemplateFrame(wasKept: kept != nil, keptBytes: cache.byteCount)
        return ComposedFrame(
            indices: indices, featureRow: row, prepared: prepared, audioWindow: window,
            face: readsFace ? composer.networkInput(for: prepared.faceCrop) : nil, recipe: composer.recipe)
    }

    private func prepare(_ templateIndex: Int) throws(FramegenError) -> PreparedFrame {
        let frame = template.frames[templateIndex]
        let image = try pixels(at: frame.imagePath)
        let parsing = try frame.parsingPath.map { path throws(FramegenError) in try pixels(at: path) }
        let faceCrop = composer.faceCrop(of: image, frame.cropRect)
        return PreparedFrame(
            templateIndex: templateIndex, source: frame, image: image, parsing: parsing,
            picture: try converter?.picture(of: image), faceCrop: faceCrop, kept: try keptValues(for: faceCrop))
    }

    private func keptValues(for faceCrop: Image) throws(FramegenError) -> [BFloat16Tensor] {
        guard let (values, wereStored) = try templatePart?.values(for: faceCrop) else { return [] }
        if wereStored { times.countStoredValues() }
        return values
    }

    private func nextWindow() async throws(FramegenError) -> Tensor? {
        let start = ContinuousClock.now
        defer { times.add(.compose, .starved, since: start) }
        var windows = self.windows
        defer { self.windows = windows }
        return try await windows.window(around: row)
    }

    /// - Throws: also `.invalidData` when the file has changed its size since the template was opened.
    private func pixels(at path: String) throws(FramegenError) -> Image {
        let image = try decoder.decodeImage(at: path)
        guard image.size == template.imageSize else {
            throw FramegenError(
                .invalidData, "\(path) is \(image.size), expected \(template.imageSize) as it was before")
        }
        return image
    }
}
