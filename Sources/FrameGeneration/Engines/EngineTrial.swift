/// Whether an engine computes, and in which precision: a small network with a known answer.
package enum EngineTrial {
    /// Runs the network.
    ///
    /// - Returns: the time from loading to the result.
    /// - Throws: what the engine throws, or `.internalFailure` when the result is wrong.
    @discardableResult
    package static func run(
        _ engine: any InferenceEngine, in precision: Precision = .fp32
    ) throws(FramegenError) -> Duration {
        let start = ContinuousClock.now
        let session = try engine.makeSession(
            for: try model(), options: SessionOptions(threads: 1, precision: precision))
        let output = try session.run([
            Tensor(shape: [1, channels, side, side], values: [Float](repeating: 2, count: channels * side * side))
        ])
        guard let values = output.first?.values, Array(values) == answer else {
            throw FramegenError(.internalFailure, "\(engine.name) computes a small network wrongly: reinstall it")
        }
        return start.duration(to: .now)
    }

    private static let channels = 2
    private static let side = 4

    /// A 3×3 convolution of two channels with weights of 0.5 and a bias of 1, and ReLU.
    private static func model() throws(FramegenError) -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [1, channels, side, side])
        let sum = build.convolution("sum", input, to: 1, kernelSize: 3, padding: 1, bias: true)
        let output = build.relu("output", sum)
        return try NetworkModel(
            network: build.network(returning: output),
            weights: [
                "sum.weight": Tensor(
                    shape: [1, channels, 3, 3], values: [Float](repeating: 0.5, count: channels * 9)),
                "sum.bias": Tensor(shape: [1], values: [1]),
            ])
    }

    /// What it computes of values of 2, which bfloat16 holds exactly.
    ///
    /// With weights of 0.5 and two channels each pixel under the kernel adds 2: a corner has 4 of them, an edge 6, the
    /// middle 9.
    private static let answer: [Float] = [
        9, 13, 13, 9,
        13, 19, 19, 13,
        13, 19, 19, 13,
        9, 13, 13, 9,
    ]
}
