/// Runs the network on one frame after the other; several of them work side by side, each with a session of its own.
actor GenerateStage {
    private let times: StageTimes
    private var session: (any InferenceSession)?
    private let executor = StageExecutor(name: "generate")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(times: StageTimes) {
        self.times = times
    }

    func prepare(_ engine: any InferenceEngine, for model: NetworkModel, options: SessionOptions)
        throws(FramegenError)
    {
        session = try engine.makeSession(for: model, options: options)
    }

    /// Returns when the run that is under way, if any, is over.
    func settle() {}

    func generate(_ frame: ComposedFrame) throws(FramegenError) -> GeneratedFrame {
        try Task.checkNotCancelled()
        let start = ContinuousClock.now
        defer { times.add(.generate, since: start) }
        let inputs = (frame.face.map { [$0] } ?? []) + [frame.audioWindow]
        let outputs =
            switch frame.prepared.kept {
            case .none: try session?.run(inputs)
            case .float32(let kept): try session?.run(kept + inputs)
            case .bfloat16(let kept): try session?.run(kept, inputs)
            }
        guard let face = outputs?.first else {
            throw FramegenError(.internalFailure, "the engine returned no output")
        }
        let side = frame.recipe.networkSide
        guard face.shape == [1, Image.channels, side, side] else {
            throw FramegenError(
                .internalFailure, "the engine returned \(face.shape), expected a face of \(side)×\(side)")
        }
        return GeneratedFrame(composed: frame, face: face)
    }
}
