import ArgumentParser
import Framegen

/// `framegen features`: sound and an audio encoder in, a feature file out.
struct FeaturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Makes audio features of sound, for generate and for the older pipelines.",
        discussion: """
            Examples:
              framegen features --audio speech.mp3 --audio-encoder audio_encoder.pth --output aud_ave.npy
              framegen features --audio speech.wav --audio-encoder audio_encoder.pth --output features.bin

            The features are AVE's: 25 rows of 512 values for a second of sound, as the original's extraction writes \
            them. A .bin holds the same as raw little-endian float32, and the .bin.json beside it says the shape. \
            generate takes both as --audio-features.
            """)

    @OptionGroup(title: "Input and output")
    var files: FeatureFileOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Engine")
    var arithmetic: PrecisionOptions

    @OptionGroup(title: "Progress and result")
    var progress: ProgressOptions

    @OptionGroup(title: "Progress and result")
    var report: ReportOptions

    var request: FeatureExtractionRequest {
        var request = FeatureExtractionRequest(
            audioPath: files.audio, audioEncoderPath: files.audioEncoder, outputPath: files.output)
        request.audioStream = files.stream.audioStream
        request.overwrites = files.overwrite
        request.engine = engine.settings
        request.precision = arithmetic.precision
        return request
    }

    func run() async throws {
        let request = self.request
        try await runReportingProgress(progress) { reporter async throws(FramegenError) in
            try await request.extract { reporter.report(ProgressEvent($0)) }
        } print: { summary throws(FramegenError) in
            try report.print(FeatureReport(summary))
        }
    }
}

struct FeatureFileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The speech: any file with sound, also a video's.", valueName: "file"))
    var audio: String

    @OptionGroup
    var stream: AudioStreamOptions

    @Option(help: ArgumentHelp("The audio encoder's trained weights.", valueName: "encoder.pth"))
    var audioEncoder: String

    @Option(
        help: ArgumentHelp(
            "The features to write, .npy or .bin; the folder is made when it is not there.", valueName: "file"))
    var output: String

    @Flag(help: "Replace features that are there already.")
    var overwrite = false

    func validate() throws {
        for (flag, path) in [("--audio", audio), ("--audio-encoder", audioEncoder), ("--output", output)]
        where path.isEmpty {
            throw ValidationError("\(flag) is empty, expected a path")
        }
    }
}

/// What `framegen features` has made.
struct FeatureReport: Report {
    let path: String
    let rows: Int
    let shape: [Int]
    /// Of the video that the rows are for.
    let videoSeconds: Double
    let engine: String
    /// From the request to the completed file.
    let seconds: Double
    let busySeconds: [String: Double]
    let text: String

    init(_ summary: FeatureExtractionSummary) {
        path = summary.path
        rows = summary.rowCount
        shape = [summary.rowCount] + summary.rowShape
        videoSeconds = Double(summary.rowCount) / Double(summary.rowsPerSecond)
        engine = summary.engineName
        seconds = summary.duration / .seconds(1)
        busySeconds = summary.busySeconds
        let values = summary.rowShape.map { "\($0)" }.joined(separator: "×")
        text = """
            features: \(path), \(rows) rows of \(values) values for \(videoSeconds) s of video
            \(summary.speed)
            busy: \(summary.split)
            """
    }

    private enum CodingKeys: CodingKey {
        case path, rows, shape, videoSeconds, engine, seconds, busySeconds
    }
}
