public import ArgumentParser
public import FrameGeneration
public import Framegen

/// `framegen generate`: a checkpoint, a template and features in, finished frames out.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Renders the frames of a talking face.",
        discussion: """
            Example:
              framegen generate --checkpoint unet.pth --template person \\
                --audio-features aud_ave.npy --frames-dir frames

            There is one frame for each row of the features, 25 a second. The template's images are used forth and \
            back, as the original does.
            """)

    @OptionGroup(title: "Input")
    var input: InputOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Progress")
    var progress: ProgressOptions

    var request: GenerationRequest {
        var request = GenerationRequest(
            checkpointPath: input.checkpoint, templatePath: input.template, audioFeaturesPath: input.audioFeatures)
        request.startFrame = input.startFrame
        request.usesParsing = input.useParsing
        request.frameLimit = output.limit
        request.engine = engine.engine
        request.threads = engine.threads
        request.precision = engine.precision
        request.frameFolder = GenerationRequest.FrameFolder(
            path: output.framesDir, format: output.framesFormat, overwrites: output.overwrite)
        return request
    }

    func run() async throws {
        let request = self.request
        let progress = ProgressReporter(style: progress.progress.resolved)
        do {
            let summary = try await interruptible { () async throws(FramegenError) in
                try await request.render { progress.report($0) }
            }
            progress.finish()
            print(
                "\(summary.frameCount) frames: \(summary.firstFramePath) to \(summary.lastFramePath) "
                    + "(\(summary.duration.seconds(digits: 1)) s)")
        } catch {
            progress.fail(error)
            throw ExitCode(error.code.exitCode)
        }
    }
}

struct InputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The generator's trained weights, a PyTorch state dict.", valueName: "unet.pth"))
    var checkpoint: String

    @Option(help: ArgumentHelp("The person: a folder with full_body_img and landmarks.", valueName: "folder"))
    var template: String

    @Option(
        help: ArgumentHelp(
            "Audio features: .npy, or raw float32 .bin with or without its .bin.json.", valueName: "file"))
    var audioFeatures: String

    @Option(help: ArgumentHelp("The first template image to use, counted from 0.", valueName: "n"))
    var startFrame = 0

    @Flag(help: "Keep torso and background as the template's parsing images mark them.")
    var useParsing = false

    func validate() throws {
        guard startFrame >= 0 else {
            throw ValidationError("--start-frame is \(startFrame), expected 0 or more")
        }
    }
}

struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder for the frames; made when it is not there.", valueName: "folder"))
    var framesDir: String

    @Option(help: "The frames' format: frame_00000.png and so on, or .jpg of quality 95.")
    var framesFormat = FrameFormat.png

    @Option(help: ArgumentHelp("Make this many frames at most.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Replace frames that are in the folder already.")
    var overwrite = false

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("--limit is \(limit), expected 1 or more")
        }
    }
}

struct EngineOptions: ParsableArguments {
    @Option(help: "What runs the network; auto takes openvino where its runtime is found.")
    var engine = EngineChoice.auto

    @Option(help: ArgumentHelp("Threads for the engine. (default: one a processor)", valueName: "n"))
    var threads: Int?

    @Option(help: "The arithmetic of the network.")
    var precision = Precision.fp32

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), expected 1 to 1024")
        }
    }
}

extension FrameFormat: ExpressibleByArgument {}
extension EngineChoice: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
