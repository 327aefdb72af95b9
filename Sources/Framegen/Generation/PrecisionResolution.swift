import FrameGeneration
import Media

extension GenerationRequest {
    /// The precision that `auto` stands for: bf16 where the engine has it here, it is faster, and it keeps frames of this
    /// avatar within 50 dB; otherwise fp32.
    ///
    /// - Returns: the precision, and what the user should know.
    /// - Throws: `FramegenError` with `.cancelled`; what else there is to say, the rendering that follows says better.
    func fastestPrecision(
        _ file: GeneratorFile, _ template: Template, _ inference: Inference
    ) async throws(FramegenError) -> (precision: Precision, warning: String?) {
        let engine = inference.engine
        let isSupported = try await runBlocking { () throws(FramegenError) in
            PrecisionTrial.isSupported(.bf16, by: engine)
        }
        // A start frame that is out of range is an error later.
        guard isSupported, template.frames.indices.contains(startFrame) else { return (.fp32, nil) }
        do throws(FramegenError) {
            let features = try await openFeatures(for: file, inference, StageTimes())
            let generator = try file.generator(for: features)
            let (model, memory) = try await runBlocking { () throws(FramegenError) in
                let model = try file.model(of: generator)
                return (model, try PrecisionMemory(for: self, generator, model, template, engineName: engine.name))
            }
            if let outcome = memory.outcome { return (outcome.precision, nil) }
            let trial = PrecisionTrial(
                generator: generator, model: model, template: template, decoder: ImageFileDecoder(),
                startFrame: startFrame, templateCacheInBytes: templateCacheInBytes ?? MemoryBudget.standardInBytes)
            let windows = try await trial.windows(of: features)
            let fastWindows = try await trial.windows(
                of: try await openFeatures(for: file, inference.computing(in: .bf16), StageTimes()))
            let outcome = try await runBlocking { () throws(FramegenError) in
                try trial.run(on: engine, windowsInFP32: windows, windowsInBF16: fastWindows)
            }
            memory.remember(outcome)
            return (outcome.precision, nil)
        } catch  where error.code != .cancelled {
            return (.fp32, "bf16 could not be tried out, so the precision is fp32: \(error.message)")
        }
    }
}
