import FrameGeneration
import ONNXRuntimeEngine

/// The engine that networks run on, with its settings.
struct Inference: Sendable {
    let engine: any InferenceEngine
    let options: SessionOptions
    let warnings: [String]
    /// Of the part of the network that depends on template frames alone.
    var templatePrecision = Precision.fp32
    /// Why this precision was chosen, where that was left to framegen and the processor has more than one.
    var precisionReason: String?

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

    /// The same, saying why its precision was chosen.
    func chosen(because reason: String, templatePrecision: Precision = .fp32) -> Inference {
        var inference = self
        inference.precisionReason = reason
        inference.templatePrecision = templatePrecision
        return inference
    }

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
        templatePrecision = precision
        warnings = warning.map { [$0] } ?? []
    }
}
