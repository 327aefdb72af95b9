import FrameGeneration
import TestSupport
import Testing

@Suite("Splitting convolutions over concatenations")
struct ConcatenationSplittingTests {
    /// A convolution over a concatenation of one, two and three parts.
    private func model(
        kernelSize: Int = 1, stride: Convolution.Stride = .one, groups: Int = 1, bias: Bool = false
    ) throws -> NetworkModel {
        var build = NetworkBuilder()
        let first = build.input("first", shape: [2, 4, 6, 5])
        let second = build.input("second", shape: [2, 2, 6, 5])
        let third = build.relu("third", second)
        let joined = build.concatenation("joined", [first, second, third])
        let output = build.convolution(
            "output", joined, to: 4, kernelSize: kernelSize, stride: stride, padding: kernelSize / 2, groups: groups,
            bias: bias)
        return try Rewriting.model(build.network(returning: output))
    }

    @Test("makes a sum of convolutions of the parts", arguments: [1, 3], [false, true])
    func splits(kernelSize: Int, bias: Bool) throws {
        let model = try model(kernelSize: kernelSize, stride: kernelSize == 1 ? .one : .two, bias: bias)
        let split = model.splittingConvolutionsOverConcatenations()
        #expect(!split.network.nodes.contains { $0.operation == .channelConcatenation })
        #expect(split.network.nodes.filter { $0.operation == .addition }.count == 2)
        #expect(split.network.multiplyAdds == model.network.multiplyAdds)
        #expect(split.network.parameters.filter { $0.key.hasSuffix(".bias") }.count == (bias ? 1 : 0))
        try Rewriting.expectEqual(split, model)
    }

    @Test("leaves grouped convolutions alone")
    func grouped() throws {
        let model = try model(groups: 2)
        #expect(model.splittingConvolutionsOverConcatenations().network == model.network)
    }

    @Test("keeps a concatenation that something else reads too")
    func readTwice() throws {
        let model = try model().returning(["joined", "output"])
        let split = model.splittingConvolutionsOverConcatenations()
        #expect(split.network.nodes.contains { $0.name == "joined" })
        try Rewriting.expectEqual(split, model)
    }

    @Test("leaves no concatenation in any generator", arguments: Generator.all)
    func generators(generator: Generator) throws {
        let model = try Rewriting.model(generator.network)
        let split = model.splittingConvolutionsOverConcatenations()
        #expect(!split.network.nodes.contains { $0.operation == .channelConcatenation })
        #expect(split.network.multiplyAdds == model.network.multiplyAdds)
        Rewriting.expectOrder(split)
    }
}
