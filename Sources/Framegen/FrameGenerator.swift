public import FrameGeneration
import Media
import ModelFiles

/// Runs a request: opens its files, chooses the engine, and gives finished frames or writes them.
public struct FrameGenerator: Sendable {
    /// The frames in their order, made as they are asked for; to be iterated once.
    public var frames: FrameSequence { pipeline.frames }
    /// Frames to come in all, where the features' length is known.
    public var frameCount: Int? { pipeline.frameCount }
    /// The name of the engine that was chosen.
    public let engineName: String
    /// What the user should know before the work starts.
    public let warnings: [String]
    let pipeline: FramePipeline

    /// Opens and checks everything a request names.
    ///
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(_ request: GenerationRequest) async throws(FramegenError) {
        let generator = Generator.syncTalk328AVE
        let template = try await runBlocking { () throws(FramegenError) in
            try Template(path: request.templatePath, usesParsing: request.usesParsing, decoder: ImageFileDecoder())
        }
        let features = try FeatureFile(
            path: request.audioFeaturesPath,
            defaultRowSize: generator.audioShape.reduce(1, *) / generator.audioRowsPerWindow)
        try await self.init(
            checkpointPath: request.checkpointPath, template: template, features: features,
            startFrame: request.startFrame,
            frameLimit: request.frameLimit, engine: request.engine, threads: request.threads,
            precision: request.precision)
    }

    /// Puts a checkpoint, a template and features together.
    ///
    /// - Parameters:
    ///   - checkpointPath: the generator's checkpoint (`.pth`).
    ///   - template: the person.
    ///   - features: one row for each frame; read as frames are asked for.
    ///   - startFrame: the first of the template's frames to be used, from 0.
    ///   - frameLimit: frames to make at most; nil for one a row of features.
    ///   - engine: what runs the network.
    ///   - threads: threads the engine may use; nil for one a processor.
    ///   - precision: the arithmetic of the network.
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public init(
        checkpointPath: String, template: Template, features: any FeatureSource, startFrame: Int = 0,
        frameLimit: Int? = nil, engine: EngineChoice = .auto, threads: Int? = nil, precision: Precision = .fp32
    ) async throws(FramegenError) {
        guard threads ?? 1 >= 1 else {
            throw FramegenError(.invalidRequest, "the number of threads is \(threads ?? 0), expected 1 or more")
        }
        let generator = Generator.syncTalk328AVE
        let (chosenEngine, warning) = try await runBlocking { () throws(FramegenError) in try engine.resolve() }
        let model = try await runBlocking { () throws(FramegenError) in
            try PyTorchCheckpoint.load(generator, at: checkpointPath)
        }
        engineName = chosenEngine.name
        warnings = warning.map { [$0] } ?? []
        pipeline = try await FramePipeline(
            generator: generator, model: model, template: template, features: features, engine: chosenEngine,
            sessionOptions: SessionOptions(threads: threads ?? processorCount, precision: precision),
            decoder: ImageFileDecoder(), startFrame: startFrame, frameLimit: frameLimit)
    }
}
