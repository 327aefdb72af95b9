import FrameGeneration
import ONNXRuntimeEngine

/// The engine that networks run on, with its settings.
struct Inference: Sendable {
    let engine: any InferenceEngine
    let options: SessionOptions
    let warnings: [String]

    /// An engine that was chosen already.
    init(_ engine: any InferenceEngine, _ options: SessionOptions, warnings: [String] = []) {
        self.engine = engine
        self.options = options
        self.warnings = warnings
    }

    /// The same on one thread.
    var onOneThread: Inference {
        var options = options
        options.threads = 1
        return Inference(engine, options, warnings: warnings)
    }

    /// The same with one warning more.
    func adding(warning: String) -> Inference { Inference(engine, options, warnings: warnings + [warning]) }

    init(
        _ choice: EngineChoice, provider: ExecutionProvider?, threads: Int?, precision: Precision
    ) async throws(FramegenError) {
        guard threads ?? 1 >= 1 else {
            throw FramegenError(.invalidRequest, "the number of threads is \(threads ?? 0), expected 1 or more")
        }
        let (engine, warning) = try await runBlocking { () throws(FramegenError) in
            try choice.resolve(provider: provider, precision: precision)
        }
        self.engine = engine
        options = SessionOptions(threads: threads ?? processorCount, precision: precision)
        warnings = warning.map { [$0] } ?? []
    }
}
