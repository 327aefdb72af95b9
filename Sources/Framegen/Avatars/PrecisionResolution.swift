import FrameGeneration

extension AvatarLoading {
    /// The same parts in bf16, or in fp16 on Core ML, where there is an engine that has it here, it is faster than fp32,
    /// and it keeps frames of this avatar, their faces and mouths as close as a trial wants; otherwise as they are.
    ///
    /// The audio encoder stays in fp32.
    ///
    /// They say what was chosen and why, where there was a choice.
    ///
    /// - Throws: `FramegenError` with `.cancelled`; what else there is to say, loading says better.
    func inFastestPrecision(_ exact: AvatarParts) async throws(FramegenError) -> AvatarParts {
        // Without the instructions there is no need to open another engine, which takes time and memory.
        guard let precision = settings.engine.fasterPrecision else { return exact }
        do throws(FramegenError) {
            let found = try await settings.engine.engine(in: precision)
            let isSupported = try await runBlocking { () throws(FramegenError) in
                PrecisionTrial.isSupported(precision, by: found.engine)
            }
            guard isSupported else {
                return exact.chosen(because: "\(found.engine.name) does not compute in \(precision) here")
            }
            var fast = exact
            fast.engine = found.engine
            fast.warnings = found.warning.map { [$0] } ?? []
            let units = settings.engine.computeUnits?.rawValue ?? ""
            let memory = try await runBlocking { () throws(FramegenError) in
                try PrecisionMemory(
                    for: exact, audioEncoderPath: source.audioEncoderPath,
                    engineNames: [exact.engine.name, found.engine.name, "\(precision)", units], folder: memoryFolder)
            }
            let outcome: PrecisionTrial.Outcome
            if let remembered = memory.outcome {
                outcome = remembered
            } else {
                outcome = try await PrecisionTrial(exact: exact, fast: fast, in: precision).run()
                memory.remember(outcome)
            }
            var chosen = outcome.precision.perFrame == precision ? fast : exact
            chosen.precision = outcome.precision
            return chosen.chosen(because: outcome.reason)
        } catch  where error.code != .cancelled {
            return exact.chosen(because: "\(precision) could not be tried out: \(error.message)")
        }
    }
}

extension AvatarParts {
    /// The same, saying why its precision was chosen.
    fileprivate func chosen(because reason: String) -> AvatarParts {
        var parts = self
        parts.precisionReason = reason
        return parts
    }
}
