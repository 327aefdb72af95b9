public import ArgumentParser
import FrameGeneration
public import Framegen
import FramegenTools

/// `framegen export`: a checkpoint in, an ONNX model or a Core ML package out.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a checkpoint as an ONNX model or a Core ML package, and proves that it computes the same.",
        discussion: """
            Examples:
              framegen export --checkpoint unet.pth --output unet.onnx
              framegen export --checkpoint unet.pth --output unet.mlpackage
              framegen export --checkpoint audio_encoder.pth --output encoder.onnx --batch dynamic

            The checkpoint is a generator's or the audio encoder's. The model is ONNX operator set 17, or, where the name \
            ends in .mlpackage, a Core ML package for iOS 16, macOS 13 and newer: a generator has the inputs input and \
            audio and the output output, the audio encoder mel and emb. Before it gets its name it is read back and run \
            by the engine on fixed inputs, and compared with the reference engine on the checkpoint as it was trained; \
            that takes seconds.
            """)

    @OptionGroup(title: "Input and output")
    var files: ExportFileOptions

    @OptionGroup(title: "Model")
    var model: ExportModelOptions

    @OptionGroup(title: "Engine of the validation")
    var engine: EngineOptions

    @OptionGroup(title: "Engine of the validation")
    var arithmetic: PrecisionOptions

    @OptionGroup(title: "Result")
    var report: ReportOptions

    var request: ExportRequest {
        var request = ExportRequest(checkpointPath: files.checkpoint, outputPath: files.output)
        request.features = files.mode
        request.weightsKey = files.weights.weightsKey
        request.overwrites = files.overwrite
        request.foldsBatchNormalization = model.fold
        request.weights = model.weights
        request.batch = model.batch
        request.validates = !model.skipValidation
        request.engine = engine.settings
        request.precision = arithmetic.precision
        return request
    }

    func run() async throws {
        let request = self.request
        let summary = try await runReportingErrors { () async throws(FramegenError) in try await request.export() }
        for warning in summary.warnings { StandardError.write("warning: \(warning.onOneLine)\n") }
        try report.print(ExportReport(summary))
    }
}

struct ExportFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The trained weights of a generator or of the audio encoder, a PyTorch state dict.", valueName: "x.pth"))
    var checkpoint: String

    @OptionGroup
    var weights: WeightsKeyOptions

    @Option(
        help: ArgumentHelp(
            "The features the generator was trained on: ave, hubert or wenet. (default: as the checkpoint says, and "
                + "ave where it may be ave or hubert)", valueName: "features"))
    var mode: FeatureKind?

    @Option(
        help: ArgumentHelp(
            "The model to write, .onnx or .mlpackage; its folder is made when it is not there.", valueName: "x.onnx"))
    var output: String

    @Flag(help: "Replace a model that is there already.")
    var overwrite = false

    func validate() throws {
        for (flag, path) in [("--checkpoint", checkpoint), ("--output", output)] where path.isEmpty {
            throw ValidationError("\(flag) is empty, expected a path")
        }
    }
}

struct ExportModelOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Fold batch norms into the convolutions before them.")
    var fold = true

    @Option(
        help: ArgumentHelp(
            "How weights are stored; with fp16 the model is half as large. ONNX computes in float32 all the same, a Core "
                + "ML package in the type of its weights. (default: fp32 in ONNX, fp16 in a package)",
            valueName: "type"))
    var weights: WeightType?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Samples that the model takes at once: 1 to 64, or, in ONNX, dynamic to leave it open.", valueName: "n"),
        transform: Self.batch)
    var batch = ExportBatch.fixed(1)

    @Flag(help: "Put the model in place without running it.")
    var skipValidation = false

    private static func batch(_ text: String) throws -> ExportBatch {
        guard let batch = ExportBatch(text) else {
            throw ValidationError("expected 1 to 64 or dynamic")
        }
        return batch
    }
}

extension WeightType: ExpressibleByArgument {}
