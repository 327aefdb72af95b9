public import ArgumentParser
public import FrameGeneration
public import Framegen

/// What runs networks, for every command that runs one.
struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What runs the networks; auto takes onnxruntime in fp32, or openvino where only that is found, and openvino in "
                + "bf16; coreml is for Apple's systems.",
            valueName: "engine"))
    var engine = EngineChoice.automatic

    @Option(
        help: ArgumentHelp(
            "What onnxruntime computes on, of what its library was built with. (default: cpu)", valueName: "provider"))
    var provider: ExecutionProvider?

    @Option(
        help: ArgumentHelp(
            "What coreml may compute on. (default: cpu-and-neural-engine)", valueName: "units"))
    var computeUnits: ComputeUnits?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Threads for the engine. (default: one a processor)", valueName: "n"))
    var threads: Int?

    var settings: EngineSettings {
        var settings = EngineSettings(engine)
        settings.provider = provider
        settings.computeUnits = computeUnits
        settings.threads = threads
        return settings
    }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), expected 1 to 1024")
        }
    }
}

/// The arithmetic of networks, for commands that run one as it is.
struct PrecisionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The arithmetic of the networks.", valueName: "precision"))
    var precision = Precision.fp32
}

extension EngineChoice: ExpressibleByArgument {}
extension ComputeUnits: ExpressibleByArgument {}
extension ExecutionProvider: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension PrecisionChoice: ExpressibleByArgument {}
