public import FrameGeneration
import Media
import ModelFiles
public import ONNXRuntimeEngine

/// Runs a request: opens its files, chooses the engine, and gives finished frames.
public struct FrameGenerator: Sendable {
    /// The frames in their order, made as they are asked for; to be iterated once.
    public var frames: FrameSequence { pipeline.frames }
    /// Frames to come in all, as far as the length of the sound or the features is known.
    public var frameCount: Int? { pipeline.frameCount }
    /// Size of every frame.
    public let frameSize: ImageSize
    /// Frames a second.
    public let frameRate: FrameRate
    /// The name of the generator that the file turned out to be.
    public let generatorName: String
    /// The name of the engine that was chosen.
    public let engineName: String
    /// The arithmetic that frames are made in.
    public let precision: Precision
    /// Why this precision was chosen, where the request left it open and the processor has more than one.
    public let precisionReason: String?
    /// What the user should know before the work starts.
    public let warnings: [String]
    /// How each stage has spent its time up to now.
    public var times: StageTimes { pipeline.times }
    /// What the user should know of the template's folder `framegen-cache` when the work is done: why not all could be
    /// kept there that was to be.
    public var templateCacheWarning: String? { templateStore?.warning }
    let generator: Generator
    /// Frames after which every frame of the template has been used.
    var firstPassFrameCount: Int { pipeline.firstPassFrameCount }
    /// Threads that work for a stage at most, of the stages before the frames are written.
    let threads: [Stage: Int]
    private let pipeline: FramePipeline
    private let templateStore: KeptValueFolder?

    /// Returns when no network is running for it any more; to be called after a cancellation.
    func settle() async { await pipeline.settle() }

    /// Opens and checks everything a request reads.
    ///
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(_ request: GenerationRequest) async throws(FramegenError) {
        try await self.init(request, tracer: nil)
    }

    /// With somebody who sees every frame after each stage.
    init(_ request: GenerationRequest, tracer: (any FrameTracing)?) async throws(FramegenError) {
        let ((template, file), exactInference) = try await sideBySide { () throws(FramegenError) in
            try await runBlocking { () throws(FramegenError) in
                let template = try Template(
                    path: request.templatePath, usesParsing: request.usesParsing, decoder: ImageFileDecoder())
                return (template, try request.openGenerator())
            }
        } _: { () throws(FramegenError) in
            try await request.inference(in: request.precision == .bf16 ? .bf16 : .fp32)
        }
        var inference = exactInference
        if request.precision == .auto {
            inference = try await request.fastestInference(insteadOf: inference, file, template)
        }
        let times = StageTimes()
        try await self.init(
            file: file, template: template, features: try await request.openFeatures(for: file, inference, times),
            inference: inference, frameRate: request.frameRate, startFrame: request.startFrame,
            frameLimit: request.frameLimit,
            templateCacheInBytes: request.templateCacheInBytes ?? MemoryBudget.standardInBytes,
            keepsTemplateCacheOnDisk: request.keepsTemplateCacheOnDisk, makesPictures: request.video != nil,
            times: times, tracer: tracer)
    }

    /// Puts a checkpoint, a template and features together.
    ///
    /// - Parameters:
    ///   - checkpointPath: the generator's checkpoint (`.pth`); which generator it is, is seen from its tensors, and
    ///     where they do not tell, from the features.
    ///   - template: the person.
    ///   - features: 25 rows for a second of video, 20 of WeNet's; read as frames are asked for.
    ///   - frameRate: frames a second; nil for one a row.
    ///   - startFrame: the first of the template's frames to be used, from 0.
    ///   - frameLimit: frames to make at most; nil for all that there are features for.
    ///   - engine: what runs the network.
    ///   - provider: what ONNX Runtime computes on; nil for the processor, and for engines that have no choice.
    ///   - threads: threads the engine may use; nil for one a processor.
    ///   - precision: the arithmetic of the network.
    ///   - templateCacheInBytes: memory for what depends on the template alone and is used whenever a frame of it comes
    ///     back; 0 for none.
    ///   - keepsTemplateCacheOnDisk: whether what the network computes of that is kept in the template's folder
    ///     `framegen-cache` too, where a later generator of the same checkpoint finds it.
    ///   - makesPictures: whether frames come with their `picture` too, for a video; only where something is kept.
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(
        checkpointPath: String, template: Template, features: any FeatureSource, frameRate: FrameRate? = nil,
        startFrame: Int = 0, frameLimit: Int? = nil, engine: EngineChoice = .auto,
        provider: ExecutionProvider? = nil, threads: Int? = nil, precision: Precision = .fp32,
        templateCacheInBytes: Int = MemoryBudget.standardInBytes, keepsTemplateCacheOnDisk: Bool = false,
        makesPictures: Bool = false
    ) async throws(FramegenError) {
        try await self.init(
            file: try await runBlocking { () throws(FramegenError) in
                try GeneratorFile(checkpointPath: checkpointPath)
            },
            template: template, features: features,
            inference: try await Inference(engine, provider: provider, threads: threads, precision: precision),
            frameRate: frameRate, startFrame: startFrame, frameLimit: frameLimit,
            templateCacheInBytes: templateCacheInBytes, keepsTemplateCacheOnDisk: keepsTemplateCacheOnDisk,
            makesPictures: makesPictures, times: StageTimes())
    }

    private init(
        file: GeneratorFile, template: Template, features: any FeatureSource, inference: Inference,
        frameRate: FrameRate?, startFrame: Int, frameLimit: Int?, templateCacheInBytes: Int,
        keepsTemplateCacheOnDisk: Bool, makesPictures: Bool, times: StageTimes, tracer: (any FrameTracing)? = nil
    ) async throws(FramegenError) {
        guard !keepsTemplateCacheOnDisk || templateCacheInBytes > 0 else {
            throw FramegenError(
                .invalidRequest,
                "the template cache is to be kept on disk and is 0, expected more, or not to keep it on disk")
        }
        let templateStore = keepsTemplateCacheOnDisk ? KeptValueFolder(for: template) : nil
        let generator = try file.generator(for: features)
        var (_, pipeline) = try await sideBySide { () throws(FramegenError) in
            try await features.prepare()
        } _: { () throws(FramegenError) in
            let model = try await runBlocking { () throws(FramegenError) in try file.model(of: generator) }
            return try await FramePipeline(
                generator: generator, model: model, template: template, features: features, engine: inference.engine,
                sessionOptions: inference.options, templatePrecision: inference.templatePrecision,
                decoder: ImageFileDecoder(),
                converter: makesPictures ? VideoPictureConverter() : nil, templateCacheInBytes: templateCacheInBytes,
                templateStore: templateStore, frameRate: frameRate, startFrame: startFrame, frameLimit: frameLimit,
                times: times)
        }
        pipeline.tracer = tracer
        self.templateStore = templateStore
        self.pipeline = pipeline
        self.generator = generator
        threads = pipeline.threads.merging(features is AudioFeatures ? [.audio: 1] : [:]) { $1 }
        frameSize = template.imageSize
        generatorName = generator.name
        self.frameRate = frameRate ?? generator.frameRate
        engineName = inference.engine.name
        precision = inference.options.precision
        precisionReason = inference.precisionReason
        warnings =
            inference.warnings
            + (keepsTemplateCacheOnDisk && !inference.engine.computesAnyNetwork
                ? ["the engine \(engineName) computes nothing for a template that could be kept on disk"] : [])
    }
}

extension GenerationRequest {
    /// The generator's file the request names.
    fileprivate func openGenerator() throws(FramegenError) -> GeneratorFile {
        switch (checkpointPath, modelPath) {
        case (let path?, nil):
            return try GeneratorFile(checkpointPath: path, features: features, cropResampling: cropResampling)
        case (nil, let path?):
            return try GeneratorFile(onnxPath: path, features: features, cropResampling: cropResampling)
        case (nil, nil):
            throw FramegenError(.invalidRequest, "there is no generator: expected a checkpoint, or an ONNX model")
        case (let checkpoint?, let model?):
            throw FramegenError(
                .invalidRequest,
                "there are two generators, the checkpoint \(checkpoint) and the ONNX model \(model): expected one")
        }
    }

    /// The features the request names, or those of its sound.
    func openFeatures(
        for file: GeneratorFile, _ inference: Inference, _ times: StageTimes
    ) async throws(FramegenError) -> any FeatureSource {
        if let audioFeaturesPath {
            let rowSize = (file.candidates.first?.features ?? .ave).rowShape.reduce(1, *)
            return try await runBlocking { () throws(FramegenError) in
                try FeatureFile(path: audioFeaturesPath, defaultRowSize: rowSize)
            }
        }
        guard let audioPath else {
            throw FramegenError(.invalidRequest, "there is nothing to say: expected audio features, or sound")
        }
        guard let audioEncoderPath else {
            throw FramegenError(
                .invalidRequest, "features are to be made of \(audioPath): expected the audio encoder's checkpoint too")
        }
        // It runs beside the sessions that make the frames, and they have all threads.
        return try await AudioFeatures.ofSound(
            at: audioPath, encoderPath: audioEncoderPath, inference: inference.onOneThread, times: times)
    }
}
