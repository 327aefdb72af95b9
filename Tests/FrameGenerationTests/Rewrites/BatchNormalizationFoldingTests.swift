import FrameGeneration
import TestSupport
import Testing

@Suite("Folding batch norms into convolutions")
struct BatchNormalizationFoldingTests {
    /// Convolutions with and without bias, padded, strided and depthwise, each with a batch norm behind.
    private var network: NetworkGraph {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [2, 3, 9, 8])
        var value = build.convolution("plain", input, to: 6)
        value = build.relu("plain.relu", build.batchNormalization("plain.norm", value))
        value = build.convolution("depthwise", value, to: 6, kernelSize: 3, stride: .two, padding: 1, groups: 6)
        value = build.batchNormalization("depthwise.norm", value)
        build.endModule("first", at: value)
        value = build.convolution("biased", value, to: 4, kernelSize: 3, padding: 2, bias: true)
        value = build.batchNormalization("output", build.batchNormalization("biased.norm", value))
        return build.network(returning: value)
    }

    @Test("leaves no batch norm behind a convolution, and the same values under the same names")
    func folds() throws {
        let model = try Rewriting.model(network)
        let folded = model.foldingBatchNormalization()
        #expect(!folded.network.nodes.contains { $0.isBatchNormalization })
        #expect(folded.network.nodes.map(\.name) == ["plain.norm", "plain.relu", "depthwise.norm", "output"])
        #expect(folded.network.modules == model.network.modules)
        #expect(folded.network.multiplyAdds == model.network.multiplyAdds)
        #expect(
            folded.network.parameters.map(\.key)
                == ["plain.weight", "plain.bias", "depthwise.weight", "depthwise.bias", "biased.weight", "biased.bias"])
        try Rewriting.expectEqual(folded, model)
    }

    @Test("leaves a batch norm alone whose convolution others read too, or that follows something else")
    func leavesAlone() throws {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [1, 3, 4, 4])
        let shared = build.convolution("shared", input, to: 3)
        let normalized = build.batchNormalization("shared.norm", shared)
        let sum = build.relu("relu", build.sum("sum", normalized, shared))
        let output = build.batchNormalization("output", sum)
        let model = try Rewriting.model(build.network(returning: output))
        let folded = model.foldingBatchNormalization()
        #expect(folded.network == model.network)
        #expect(folded.weights == model.weights)

        let both = model.returning(["shared", "shared.norm"]).foldingBatchNormalization()
        #expect(both.network.nodes.map(\.name) == ["shared", "shared.norm"])
        Rewriting.expectOrder(both)
    }

    @Test("folds every batch norm of every generator", arguments: Generator.all)
    func generators(generator: Generator) throws {
        let model = try Rewriting.model(generator.network)
        let folded = model.foldingBatchNormalization()
        #expect(!folded.network.nodes.contains { $0.isBatchNormalization })
        #expect(folded.network.modules == model.network.modules)
        #expect(folded.network.multiplyAdds == model.network.multiplyAdds)
        Rewriting.expectOrder(folded)
    }

    @Test("folds the audio encoder's, and gives the same features")
    func audioEncoder() throws {
        let model = try Rewriting.model(AudioEncoder.ave.network(batch: 1))
        let folded = model.foldingBatchNormalization()
        #expect(!folded.network.nodes.contains { $0.isBatchNormalization })
        try Rewriting.expectEqual(folded, model)
    }
}

extension NetworkGraph.Node {
    fileprivate var isBatchNormalization: Bool {
        if case .batchNormalization = operation { true } else { false }
    }
}
