import ArgumentParser
import Framegen

/// `framegen generate`: a checkpoint, a template and speech in, a talking face out.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Renders a talking face, as a video or as frames.",
        discussion: """
            Examples:
              framegen generate --checkpoint unet.pth --template person \\
                --audio speech.mp3 --audio-encoder audio_encoder.pth --output video.mp4
              framegen generate --checkpoint unet.pth --template person \\
                --audio-features aud_ave.npy --frames-dir frames

            Speech comes as sound of any kind together with the audio encoder, or as features that are there already; \
            with features, --audio is only the video's sound track. The template's images are used forth and back, as \
            the original does.
            """)

    @OptionGroup(title: "Input")
    var input: InputOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Output")
    var video: VideoOptions

    @OptionGroup(title: "Tensors")
    var dump: DumpOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Speed")
    var speed: SpeedOptions

    @OptionGroup(title: "Progress")
    var progress: ProgressOptions

    var request: GenerationRequest {
        var request = GenerationRequest(input, video, engine, speed)
        request.frameFolder = output.framesDir.map {
            GenerationRequest.FrameFolder(path: $0, format: output.framesFormat, overwrites: output.overwrite)
        }
        request.video = output.output.map {
            GenerationRequest.Video(
                path: $0, constantRateFactor: video.crf, preset: video.preset, overwrites: output.overwrite)
        }
        request.tensorDump = dump.request(overwrites: output.overwrite)
        return request
    }

    func validate() throws {
        guard output.output != nil || output.framesDir != nil || dump.dumpTensors != nil else {
            throw ValidationError(
                "Expected --output for a video, --frames-dir for images, --dump-tensors for tensors, or several")
        }
    }

    func run() async throws {
        let request = self.request
        try await runReportingProgress(progress) { reporter async throws(FramegenError) in
            try await request.render { reporter.report(ProgressEvent($0)) }
        } print: { summary throws(FramegenError) in
            try StandardOutput.write(summary.text + "\n")
        }
    }
}

extension GenerationRequest {
    /// A request that writes nothing yet.
    init(_ input: InputOptions, _ video: VideoOptions, _ engine: EngineOptions, _ speed: SpeedOptions) {
        self.init(templatePath: input.template)
        checkpointPath = input.checkpoint
        modelPath = input.model
        features = input.mode
        cropResampling = input.resize
        audioPath = input.audio
        audioEncoderPath = input.audioEncoder
        audioFeaturesPath = input.audioFeatures
        startFrame = input.startFrame
        usesParsing = input.useParsing
        frameLimit = video.limit
        frameRate = video.fps
        self.engine = engine.engine
        provider = engine.provider
        threads = engine.threads
        precision = speed.precision
        templateCacheInBytes = speed.templateCache
        keepsTemplateCacheOnDisk = speed.templateCacheOnDisk
    }
}

extension GenerationSummary {
    /// What was made and where, how fast, and how the time splits.
    var text: String {
        [
            framePaths.map { "frames: \($0.first) to \($0.last)" },
            videoPath.map { "video: \($0)" },
            tensorIndexPath.map { "tensors: \($0)" },
            "\(speed) in \(precision)",
            precisionReason.map { "precision, chosen by auto: \($0)" },
            "busy, side by side: \(split)",
        ].compactMap { $0 }.joined(separator: "\n")
    }
}
