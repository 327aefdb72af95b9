import ArgumentParser
import Foundation
import FrameGeneration
import Framegen
import FramegenTools
import Media

/// `framegen batch`: many videos in one go.
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Renders many videos, with avatars that stay loaded between them.",
        discussion: """
            Examples:
              framegen batch jobs.jsonl
              framegen batch --audio-dir sounds --output-dir videos \\
                --checkpoint unet.pth --template person --audio-encoder audio_encoder.pth

            A line of jobs.jsonl is a JSON object with the names of generate's flags, such as \
            {"checkpoint": "unet.pth", "template": "person", "audio": "a.wav", "audio_encoder": "encoder.pth", \
            "output": "a.mp4"}; what a line leaves out is taken from the flags given here. Every line is checked before \
            the first is rendered. A job that fails is reported, and the others go on. A video that is there already is \
            skipped, so that a batch that was ended goes on where it was when it is started again. The exit code is 1 \
            when a job failed.
            """)

    @Argument(help: ArgumentHelp("The jobs, a JSON object a line.", valueName: "jobs.jsonl"))
    var jobs: String?

    @OptionGroup(title: "Jobs")
    var input: BatchInputOptions

    @OptionGroup(title: "Video")
    var video: VideoOptions

    @OptionGroup(title: "Work")
    var work: BatchWorkOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Picture")
    var picture: PictureOptions

    @OptionGroup(title: "Speed")
    var speed: SpeedOptions

    @OptionGroup(title: "Progress")
    var progress: ProgressOptions

    func validate() throws {
        guard (jobs == nil) != (input.audioDir == nil) else {
            throw ValidationError("Expected either a file of jobs, or --audio-dir with --output-dir")
        }
    }

    func run() async throws {
        let reporter = BatchReporter(style: progress.progress.resolved)
        MediaLog.setVerbose(progress.verbose)
        let results: [Batch.Result]
        do throws(FramegenError) {
            let batch = try batch(warn: reporter.warn)
            let log = try work.results.map { path throws(FramegenError) in
                try BatchResultLog(path, of: batch.jobs, from: jobs)
            }
            reporter.begin(batch.jobs)
            results = try await interruptible { () async throws(FramegenError) in
                try await batch.run { event in
                    reporter.report(event)
                    if case .ended(let result) = event { log?.add(result) }
                }
            }
            reporter.finish()
            if let fault = log?.fault { throw fault }
            try StandardOutput.write(BatchText(results).text + "\n")
        } catch {
            reporter.fail(error)
            throw ExitCode(error.code.exitCode)
        }
        if results.contains(where: { $0.error != nil }) { throw ExitCode(1) }
    }

    private func batch(warn: (String) -> Void) throws(FramegenError) -> Batch {
        let settings = speed.settings(engine, useParsing: input.useParsing).with(picture)
        var defaults = input.defaults
        defaults.silence = picture.silence
        defaults.crf = video.crf
        defaults.preset = video.preset.rawValue
        defaults.fps = video.fps
        defaults.limit = video.limit
        var batch: Batch
        if let jobs {
            batch = Batch(try BatchJob.read(jobs, defaults: defaults, settings: settings))
        } else {
            batch = Batch(
                try BatchJob.jobs(
                    forSoundsIn: input.audioDir ?? "", outputFolder: input.outputDir ?? "", defaults: defaults,
                    settings: settings, warn: warn))
        }
        batch.takesAtOnce = work.atOnce
        batch.overwrites = work.overwrite
        batch.threads = engine.threads
        if let memory = work.avatarMemory { batch.memoryInBytes = memory }
        return batch
    }
}

/// What jobs have in common.
struct BatchInputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder of sounds, each of which becomes a video.", valueName: "folder"))
    var audioDir: String?

    @Option(help: ArgumentHelp("The folder for those videos; made when it is not there.", valueName: "folder"))
    var outputDir: String?

    @Option(help: ArgumentHelp("The generator's trained weights, where a line names none.", valueName: "unet.pth"))
    var checkpoint: String?

    @OptionGroup
    var weights: WeightsKeyOptions

    @Option(help: ArgumentHelp("The generator as ONNX or Core ML instead.", valueName: "unet.onnx"))
    var model: String?

    @OptionGroup
    var variant: GeneratorVariantOptions

    @Option(help: ArgumentHelp("The person, where a line names none.", valueName: "folder"))
    var template: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Use the template's images from this one on, counted from 0. (default: 0)", valueName: "n"))
    var startFrame: Int?

    @Option(
        help: ArgumentHelp("The audio encoder's trained weights, where a line names none.", valueName: "encoder.pth"))
    var audioEncoder: String?

    @OptionGroup
    var stream: AudioStreamOptions

    @Flag(help: "Keep torso and background as the template's parsing images mark them.")
    var useParsing = false

    func validate() throws {
        guard (audioDir == nil) == (outputDir == nil) else {
            throw ValidationError("--audio-dir and --output-dir go together")
        }
        if let startFrame, startFrame < 0 {
            throw ValidationError("--start-frame is \(startFrame), expected 0 or more")
        }
        // Lines of a file of jobs may name these themselves.
        guard audioDir != nil else { return }
        guard (checkpoint == nil) != (model == nil) else {
            throw ValidationError(
                checkpoint == nil
                    ? "Expected --checkpoint, or --model for ONNX or Core ML"
                    : "Expected --checkpoint or --model, not both")
        }
        for (flag, path) in [("--template", template), ("--audio-encoder", audioEncoder)] where path == nil {
            throw ValidationError("--audio-dir needs \(flag)")
        }
    }

    var defaults: BatchDefaults {
        var defaults = BatchDefaults()
        defaults.checkpoint = checkpoint
        defaults.weightsKey = weights.weightsKey
        defaults.model = model
        defaults.mode = variant.mode
        defaults.resize = variant.resize
        defaults.template = template
        defaults.startFrame = startFrame
        defaults.audioEncoder = audioEncoder
        defaults.audioStream = stream.audioStream
        return defaults
    }
}

/// How a batch works.
struct BatchWorkOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Videos that are rendered side by side; they share the threads.", valueName: "n"))
    var atOnce = 2

    @Option(
        help: ArgumentHelp(
            "Memory that avatars may stay loaded in: 4GiB. (default: six times the usual template cache)",
            valueName: "size"), transform: Self.byteCount)
    var avatarMemory: Int?

    @Option(
        help: ArgumentHelp(
            "A file to which a JSON object is added for each job that ends.", valueName: "results.jsonl"))
    var results: String?

    @Flag(help: "Render videos anew that are there already.")
    var overwrite = false

    func validate() throws {
        guard (1...64).contains(atOnce) else {
            throw ValidationError("--at-once is \(atOnce), expected 1 to 64")
        }
    }

    private static func byteCount(_ text: String) throws -> Int {
        guard let byteCount = MemoryBudget.bytes(text) else {
            throw ValidationError("expected a size with its unit, such as 4GiB")
        }
        return byteCount
    }
}
