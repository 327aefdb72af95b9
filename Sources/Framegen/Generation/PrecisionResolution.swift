import FrameGeneration
import Media

extension GenerationRequest {
    /// The engine for this request in `precision`.
    ///
    /// - Throws: `FramegenError` when there is none.
    func inference(in precision: Precision) async throws(FramegenError) -> Inference {
        try await Inference(engine, provider: provider, threads: threads, precision: precision)
    }

    /// What the precision `auto` stands for: bf16 where there is an engine that has it here, it is faster than fp32, and it
    /// keeps frames of this avatar within 50 dB; otherwise `exact`.
    ///
    /// - Parameters:
    ///   - exact: the engine for fp32.
    ///   - file: the request's generator.
    ///   - template: the request's.
    /// - Returns: the faster of the two, which says what the user should know.
    /// - Throws: `FramegenError` with `.cancelled`; what else there is to say, the rendering that follows says better.
    func fastestInference(
        insteadOf exact: Inference, _ file: GeneratorFile, _ template: Template
    ) async throws(FramegenError) -> Inference {
        do throws(FramegenError) {
            // Without the instructions there is no need to open another engine, which takes time and memory.
            let hasBF16 = try await runBlocking { () throws(FramegenError) in SystemDiagnosis.current.hasBF16 }
            // A start frame that is out of range is an error later.
            guard hasBF16, template.frames.indices.contains(startFrame) else { return exact }
            let fast = try await inference(in: .bf16)
            let isSupported = try await runBlocking { () throws(FramegenError) in
                PrecisionTrial.isSupported(.bf16, by: fast.engine)
            }
            guard isSupported else {
                return exact.chosen(because: "\(fast.engine.name) does not compute in bf16 here")
            }
            let features = try await openFeatures(for: file, exact, StageTimes())
            let generator = try file.generator(for: features)
            let engineNames = [exact.engine.name, fast.engine.name]
            let (model, memory) = try await runBlocking { () throws(FramegenError) in
                let model = try file.model(of: generator)
                return (model, try PrecisionMemory(for: self, generator, model, template, engineNames: engineNames))
            }
            if let outcome = memory.outcome { return outcome.choice(fast, exact) }
            let trial = PrecisionTrial(
                generator: generator, model: model, template: template, decoder: ImageFileDecoder(),
                startFrame: startFrame, templateCacheInBytes: templateCacheInBytes ?? MemoryBudget.standardInBytes)
            let exactWindows = try await trial.windows(of: features)
            let fastWindows = try await trial.windows(of: try await openFeatures(for: file, fast, StageTimes()))
            let outcome = try await runBlocking { () throws(FramegenError) in
                try trial.run(
                    exactEngine: exact.engine, exactWindows: exactWindows, fastEngine: fast.engine,
                    fastWindows: fastWindows)
            }
            memory.remember(outcome)
            return outcome.choice(fast, exact)
        } catch  where error.code != .cancelled {
            return exact.chosen(because: "bf16 could not be tried out: \(error.message)")
        }
    }
}

extension PrecisionTrial.Outcome {
    fileprivate func choice(_ fast: Inference, _ exact: Inference) -> Inference {
        (precision.perFrame == .bf16 ? fast : exact).chosen(because: reason, templatePrecision: precision.template)
    }
}
