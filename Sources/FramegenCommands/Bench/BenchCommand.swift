import ArgumentParser
import Framegen
import FramegenTools

/// `framegen bench`: how fast this machine renders a given talking face, and where the time goes.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures how fast a talking face is rendered here, and where the time goes.",
        discussion: """
            Examples:
              framegen bench --checkpoint unet.pth --template person \\
                --audio speech.mp3 --audio-encoder audio_encoder.pth
              framegen bench --checkpoint unet.pth --template person \\
                --audio-features aud_ave.npy --engine passthrough --repetitions 1 --json

            Renders what generate would, into a video in the folder for temporary files (TMPDIR), which is removed \
            again, and reports the run of the median speed and the slowest and fastest of all. Of each stage: the threads \
            that may work for it, and for a frame the milliseconds in which it was busy, waited for the stage before \
            it, and waited for the stage after it; of a stage that takes several frames side by side they are the sum \
            over those. The first pass ends when every image of the template has been used once, which speech over a \
            long template may never come to; warm is what comes after it. Times to the first frame run from the start \
            of the process; those of the next take run from the call of an avatar that is loaded and has spoken before. \
            --engine passthrough leaves the network out.
            """)

    @OptionGroup(title: "Input")
    var input: InputOptions

    @OptionGroup(title: "Video")
    var video: VideoOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Picture")
    var picture: PictureOptions

    @OptionGroup(title: "Speed")
    var speed: SpeedOptions

    @OptionGroup(title: "Measuring")
    var measuring: MeasuringOptions

    @OptionGroup(title: "Progress and result")
    var progress: ProgressOptions

    @OptionGroup(title: "Progress and result")
    var report: ReportOptions

    var request: BenchmarkRequest {
        var generation = GenerationRequest(input, video, engine, speed, picture)
        // The path is the benchmark's own.
        var output = VideoOutput(path: "")
        output.constantRateFactor = video.crf
        output.preset = video.preset
        generation.outputs = [.video(output)]
        var request = BenchmarkRequest(generation)
        request.repetitions = measuring.repetitions
        return request
    }

    func run() async throws {
        let request = self.request
        try await runReportingProgress(progress) { reporter async throws(FramegenError) in
            try await request.run { event in
                if let event = ProgressEvent(event) { reporter.report(event) }
            }
        } print: { summary throws(FramegenError) in
            try report.print(BenchReport(summary))
        }
    }
}

struct MeasuringOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Render so many times.", valueName: "n"))
    var repetitions = 3

    func validate() throws {
        let counts = BenchmarkRequest.repetitionCounts
        guard counts.contains(repetitions) else {
            throw ValidationError(
                "--repetitions is \(repetitions), expected \(counts.lowerBound) to \(counts.upperBound)")
        }
    }
}

extension BenchmarkSummary: WorkSummary {
    static var unit: ProgressUnit { .frame }
    var count: Int { median.whole.frameCount }
    var engine: String? { engineName }
    var durationInSeconds: Double { median.whole.duration / .seconds(1) }
    var busySeconds: [String: Double] {
        Dictionary(uniqueKeysWithValues: median.whole.stages.map { ($0.key.rawValue, $0.value.busy / .seconds(1)) })
    }
}
