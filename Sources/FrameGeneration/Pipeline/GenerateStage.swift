/// Runs the network on one frame after the other; several of them work side by side, each with a session of its own.
actor GenerateStage {
    private let times: StageTimes
    private var session: (any InferenceSession)?
    private let executor = StageExecutor(name: "generate")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(times: StageTimes) {
        self.times = times
    }

    func prepare(_ network: any PreparedNetwork) throws(FramegenError) { session = try network.makeSession() }

    /// Returns when the run that is under way, if any, is over.
    func settle() {}

    func generate(_ frame: ComposedFrame) throws(FramegenError) -> GeneratedFrame {
        try Task.checkNotCancelled()
        let start = ContinuousClock.now
        defer { times.add(.generate, since: start) }
        let inputs = (frame.face.map { [$0] } ?? []) + [frame.audioWindow]
        guard let face = try session?.run(frame.prepared.kept, inputs).first else {
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
