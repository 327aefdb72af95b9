import FrameGeneration
import TestSupport
import Testing

@Suite("Engines on the networks of the family")
struct GeneratorTests {
    @Test("compute what the original does, module by module", arguments: NetworkGolden.all, Runtime.allCases)
    func modules(golden: NetworkGolden.Case, runtime: Runtime) throws {
        try golden.open().expectExactly(runtime.engine, threads: 2)
    }

    @Test("compute the audio encoder as the original does", arguments: Runtime.allCases)
    func audioEncoder(runtime: Runtime) throws { try AudioEncoderGolden.expectExactly(runtime.engine) }

    /// What should be white comes out as 254 otherwise.
    @Test("bring the sigmoid of large values to exactly 1, as PyTorch does", arguments: Runtime.allCases)
    func sigmoid(runtime: Runtime) throws {
        let golden = try NetworkGolden.unet328AVE.open()
        var weights = golden.model.weights
        let bias = try #require(golden.model.network.parameters.last)
        weights[bias.key] = Tensor(shape: bias.shape, values: [Float](repeating: 60, count: bias.shape.reduce(1, *)))
        let model = try NetworkModel(network: golden.model.network, weights: weights)
        let session = try runtime.engine.makeSession(for: model, options: SessionOptions(threads: 2))
        let output = try #require(try session.run(golden.inputs).first)
        #expect(output.values.allSatisfy { $0 == 1 })
    }
}
