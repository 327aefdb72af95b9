public import FrameGeneration
import Media
import ModelFiles

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
    /// What the user should know before the work starts.
    public let warnings: [String]
    /// Busy time of each stage up to now.
    public var times: StageTimes { pipeline.times }
    private let pipeline: FramePipeline

    /// Returns when no network is running for it any more; to be called after a cancellation.
    func settle() async { await pipeline.settle() }

    /// Opens and checks everything a request reads.
    ///
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(_ request: GenerationRequest) async throws(FramegenError) {
        let template = try await runBlocking { () throws(FramegenError) in
            try Template(path: request.templatePath, usesParsing: request.usesParsing, decoder: ImageFileDecoder())
        }
        let inference = try await Inference(request.engine, threads: request.threads, precision: request.precision)
        let file = try await runBlocking { () throws(FramegenError) in try request.openGenerator() }
        let times = StageTimes()
        try await self.init(
            file: file, template: template, features: try await request.openFeatures(for: file, inference, times),
            inference: inference, frameRate: request.frameRate, startFrame: request.startFrame,
            frameLimit: request.frameLimit, times: times)
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
    ///   - threads: threads the engine may use; nil for one a processor.
    ///   - precision: the arithmetic of the network.
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(
        checkpointPath: String, template: Template, features: any FeatureSource, frameRate: FrameRate? = nil,
        startFrame: Int = 0, frameLimit: Int? = nil, engine: EngineChoice = .auto, threads: Int? = nil,
        precision: Precision = .fp32
    ) async throws(FramegenError) {
        try await self.init(
            file: try await runBlocking { () throws(FramegenError) in
                try GeneratorFile(checkpointPath: checkpointPath)
            },
            template: template, features: features,
            inference: try await Inference(engine, threads: threads, precision: precision), frameRate: frameRate,
            startFrame: startFrame, frameLimit: frameLimit, times: StageTimes())
    }

    private init(
        file: GeneratorFile, template: Template, features: any FeatureSource, inference: Inference,
        frameRate: FrameRate?, startFrame: Int, frameLimit: Int?, times: StageTimes
    ) async throws(FramegenError) {
        let generator = try file.generator(for: features)
        let model = try await runBlocking { () throws(FramegenError) in try file.model(of: generator) }
        pipeline = try await FramePipeline(
            generator: generator, model: model, template: template, features: features, engine: inference.engine,
            sessionOptions: inference.options, decoder: ImageFileDecoder(), frameRate: frameRate,
            startFrame: startFrame, frameLimit: frameLimit, times: times)
        frameSize = template.imageSize
        generatorName = generator.name
        self.frameRate = frameRate ?? generator.frameRate
        engineName = inference.engine.name
        warnings = inference.warnings
    }
}

extension GenerationRequest {
    /// The generator's file the request names.
    fileprivate func openGenerator() throws(FramegenError) -> GeneratorFile {
        try GeneratorFile(checkpointPath: checkpointPath, features: features, cropResampling: cropResampling)
    }

    /// The features the request names, or those of its sound.
    fileprivate func openFeatures(
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
        let encoder = AudioEncoder.ave
        let (model, sound) = try await runBlocking { () throws(FramegenError) in
            (
                try PyTorchCheckpoint.load(encoder, batch: AudioFeatures.batchSize, at: audioEncoderPath),
                try SoundFile(path: audioPath)
            )
        }
        return try await AudioFeatures(
            of: sound, soundName: audioPath, encoder: encoder, model: model, engine: inference.engine,
            options: inference.options, times: times)
    }
}
