import FrameGeneration
import TestSupport
import Testing

@Suite("Merging 1×1 convolutions")
struct PointwiseMergingTests {
    /// Two 1×1 convolutions in a row over `channels`, as many as given.
    private func model(
        _ channels: [Int], biases: [Bool] = [false, false], isMiddleRead: Bool = false
    ) throws -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [2, channels[0], 4, 3])
        let middle = build.convolution("first", input, to: channels[1], bias: biases[0])
        let output = build.convolution("second", middle, to: channels[2], bias: biases[1])
        let model = try Rewriting.model(build.network(returning: output))
        return isMiddleRead ? model.returning(["first", "second"]) : model
    }

    @Test(
        "makes one of two, with every pair of biases",
        arguments: [[false, false], [false, true], [true, false], [true, true]])
    func merges(biases: [Bool]) throws {
        let model = try model([2, 8, 5], biases: biases)
        let merged = model.mergingPointwiseConvolutions()
        #expect(merged.network.nodes.map(\.name) == ["second"])
        #expect(merged.network.multiplyAdds == 2 * 2 * 5 * 12)
        #expect(merged.network.parameters.count == (biases.contains(true) ? 2 : 1))
        try Rewriting.expectEqual(merged, model)
    }

    @Test("keeps the first where something else reads it, and still saves")
    func middleIsRead() throws {
        let model = try model([2, 8, 5], biases: [true, true], isMiddleRead: true)
        let merged = model.mergingPointwiseConvolutions()
        #expect(merged.network.nodes.map(\.name) == ["first", "second"])
        #expect(merged.network.multiplyAdds == 2 * 2 * (8 + 5) * 12)
        try Rewriting.expectEqual(merged, model)
    }

    @Test("leaves alone what it would make dearer, and what has an activation between")
    func leavesAlone() throws {
        let bottleneck = try model([8, 2, 8])
        #expect(bottleneck.mergingPointwiseConvolutions().network == bottleneck.network)
        let widening = try model([8, 6, 8], isMiddleRead: true)
        #expect(widening.mergingPointwiseConvolutions().network == widening.network)

        var build = NetworkBuilder()
        let first = build.convolution("first", build.input("input", shape: [1, 2, 3, 3]), to: 8)
        let second = build.convolution("second", build.relu("relu", first), to: 4)
        let model = try Rewriting.model(build.network(returning: second))
        #expect(model.mergingPointwiseConvolutions().network == model.network)
    }

    @Test("merges three in a row into one")
    func chain() throws {
        var build = NetworkBuilder()
        var value = build.input("input", shape: [1, 2, 3, 3])
        for name in ["first", "second", "output"] { value = build.convolution(name, value, to: 8, bias: true) }
        let model = try Rewriting.model(build.network(returning: value))
        let merged = model.mergingPointwiseConvolutions()
        #expect(merged.network.nodes.map(\.name) == ["output"])
        try Rewriting.expectEqual(merged, model)
    }

    @Test("never costs multiply-adds in a generator", arguments: Generator.all)
    func generators(generator: Generator) throws {
        let folded = try Rewriting.model(generator.network).foldingBatchNormalization()
        let merged = folded.mergingPointwiseConvolutions()
        #expect(merged.network.multiplyAdds < folded.network.multiplyAdds)
        Rewriting.expectOrder(merged)
    }
}
