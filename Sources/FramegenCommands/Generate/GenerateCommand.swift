import ArgumentParser
import Framegen
import FramegenTools

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

    @OptionGroup(title: "Picture")
    var picture: PictureOptions

    @OptionGroup(title: "Speed")
    var speed: SpeedOptions

    @OptionGroup(title: "Progress")
    var progress: ProgressOptions

    var request: GenerationRequest {
        var request = GenerationRequest(input, video, engine, speed, picture)
        request.take.segment = output.segment
        request.outputs = output.outputs(video)
        return request
    }

    func validate() throws {
        guard output.output != nil || output.framesDir != nil || dump.dumpTensors != nil else {
            throw ValidationError(
                "Expected --output for a video, --frames-dir for images, --dump-tensors for tensors, or several")
        }
    }

    func run() async throws {
        let (request, dump) = (self.request, dump.dump(overwrites: output.overwrite))
        try await runReportingProgress(progress) { reporter async throws(FramegenError) in
            let report: @Sendable (TakeEvent) -> Void = { event in
                if let event = ProgressEvent(event) { reporter.report(event) }
            }
            guard let dump else { return try await request.render(report: report) }
            return try await request.render(dumping: dump, report: report)
        } print: { summary throws(FramegenError) in
            try StandardOutput.write(summary.text(tensorIndexPath: dump?.indexPath) + "\n")
        }
    }
}

extension GenerationRequest {
    /// A request that writes nothing yet.
    init(
        _ input: InputOptions, _ video: VideoOptions, _ engine: EngineOptions, _ speed: SpeedOptions,
        _ picture: PictureOptions
    ) {
        self.init(input.source, speech: input.speech)
        settings = speed.settings(engine, useParsing: input.useParsing).with(picture)
        take.startFrame = input.startFrame
        take.frameLimit = video.limit
        take.frameRate = video.fps
        take.silence = picture.silence
    }
}

extension GenerationSummary {
    /// What was made and where, how fast, and how the time splits.
    func text(tensorIndexPath: String?) -> String {
        let lines =
            outputs.map(\.line) + [
                tensorIndexPath.map { "tensors: \($0)" } ?? "",
                "\(speed) in \(precision)",
                precisionReason.map { "precision, chosen by auto: \($0)" } ?? "",
                "busy, side by side: \(split)",
            ]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

extension Output {
    /// What it is and where.
    fileprivate var line: String {
        switch self {
        case .video: "video: \(path)"
        case .frames: "frames: \(path)"
        }
    }
}
