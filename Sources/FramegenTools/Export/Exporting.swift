import FrameGeneration
import Framegen
import ModelFiles

extension ExportRequest {
    /// Writes the model, and unless that is not wanted, runs it beside the checkpoint before it gets its name.
    ///
    /// - Returns: what was made.
    /// - Throws: `FramegenError` that names the file and the value at fault: also `.internalFailure` when the model does
    ///   not answer as the checkpoint does. Nothing is left of the output then, and an older file stays.
    public func export() async throws(FramegenError) -> ExportSummary {
        let start = ContinuousClock.now
        guard validates else { return try await export(validatingWith: nil, since: start) }
        guard engine.choice != .passthrough else {
            throw FramegenError(
                .invalidRequest,
                "the engine passthrough runs no network, so that it cannot validate an export: expected another, or no "
                    + "validation")
        }
        try await runBlocking { () throws(FramegenError) in try checkOutput() }
        let found = try await engine.exportEngine(in: precision)
        return try await export(validatingWith: found, since: start)
    }

    /// Writes the model, validated by an engine of the caller's.
    package func export(validatingWith engine: any InferenceEngine) async throws(FramegenError) -> ExportSummary {
        try await export(validatingWith: ExportEngine(engine: engine, options: SessionOptions(threads: 1)), since: .now)
    }

    private func export(
        validatingWith engine: ExportEngine?, since start: ContinuousClock.Instant
    ) async throws(FramegenError) -> ExportSummary {
        try await runBlocking { () throws(FramegenError) in
            // Before anything large is opened.
            try checkOutput()
            return try write(engine, start)
        }
    }

    private func checkOutput() throws(FramegenError) {
        try OutputFile.checkApart(outputPath, from: [checkpointPath])
        let output = try modelOutput()
        try output.check()
        guard output.format == .onnx || batch != .dynamic else {
            throw FramegenError(
                .invalidRequest, "\(outputPath) cannot leave its batch open, as only ONNX does: expected 1 to 64")
        }
    }

    private func modelOutput() throws(FramegenError) -> ModelOutput {
        try ModelOutput(outputPath, weights: weights, overwrites: overwrites)
    }

    private func write(
        _ engine: ExportEngine?, _ start: ContinuousClock.Instant
    ) throws(FramegenError) -> ExportSummary {
        let network = try ExportedNetwork(checkpointPath: checkpointPath, features: features, weightsKey: weightsKey)
        let trained =
            switch batch {
            case .fixed(let count): try network.model(batch: count)
            case .dynamic: network.model
            }
        let model = foldsBatchNormalization ? trained.foldingBatchNormalization() : trained
        let output = try modelOutput()
        if output.weights == .fp16, let problem = model.halfPrecisionProblem {
            throw FramegenError(.invalidRequest, "\(checkpointPath): \(problem): expected fp32 weights")
        }
        let unfinished = try output.write(model, documentation: network.name, hasOpenBatch: batch == .dynamic)
        var validation: ExportSummary.Validation?
        if let engine {
            validation = try ExportValidation(request: self, output: output, network: network, engine: engine)
                .run(unfinished.partialPath)
        }
        try Task.checkNotCancelled()
        try unfinished.finish()
        let shapes = model.network.outputShapes
        return ExportSummary(
            path: output.path, byteCount: unfinished.byteCount, networkName: network.name,
            isFolded: foldsBatchNormalization, weights: output.weights, batch: batch, inputs: model.network.inputs,
            outputs: zip(model.network.outputs, shapes).map { NetworkGraph.Value(name: $0, shape: $1) },
            validation: validation, warnings: (engine?.warnings ?? []) + network.warnings,
            duration: start.duration(to: .now))
    }
}
