import FrameGeneration
import Media

extension GenerationRequest {
    /// The precision that `auto` stands for: bf16 where the engine has it here, it is faster, and it keeps frames of this
    /// avatar within 50 dB; otherwise fp32.
    ///
    /// - Returns: the precision, and what the user should know.
    /// - Throws: `FramegenError` when the request's files cannot be read, and `.cancelled`.
    func fastestPrecision(
        _ file: GeneratorFile, _ template: Template, _ inference: Inference
    ) async throws(FramegenError) -> (precision: Precision, warning: String?) {
        let engine = inference.engine
        let isSupported = try await runBlocking { () throws(FramegenError) in
            PrecisionTrial.isSupported(.bf16, by: engine)
        }
        // A start frame that is out of range is an error later.
        guard isSupported, template.frames.indices.contains(startFrame) else { return (.fp32, nil) }
        let memory = try await runBlocking { () throws(FramegenError) in
            try PrecisionMemory(for: self, template, engineName: engine.name)
        }
        if let outcome = memory.outcome { return (outcome.precision, nil) }
        do {
            let outcome = try await trial(file, template, inference)
            memory.remember(outcome)
            return (outcome.precision, nil)
        } catch  where error.code != .cancelled {
            return (.fp32, "bf16 could not be tried out, so the precision is fp32: \(error.message)")
        }
    }

    private func trial(
        _ file: GeneratorFile, _ template: Template, _ inference: Inference
    ) async throws(FramegenError) -> PrecisionTrial.Outcome {
        let exactFeatures = try await openFeatures(for: file, inference, StageTimes())
        let fastFeatures = try await openFeatures(for: file, inference.computing(in: .bf16), StageTimes())
        let generator = try file.generator(for: exactFeatures)
        let trial = PrecisionTrial(
            generator: generator,
            model: try await runBlocking { () throws(FramegenError) in try file.model(of: generator) },
            template: template, decoder: ImageFileDecoder(), startFrame: startFrame,
            templateCacheInBytes: templateCacheInBytes ?? MemoryBudget.standardInBytes, forVideo: video != nil)
        let exactWindows = try await trial.windows(of: exactFeatures)
        let fastWindows = try await trial.windows(of: fastFeatures)
        return try await runBlocking { () throws(FramegenError) in
            try trial.run(on: inference.engine, windowsInFP32: exactWindows, windowsInBF16: fastWindows)
        }
    }
}
