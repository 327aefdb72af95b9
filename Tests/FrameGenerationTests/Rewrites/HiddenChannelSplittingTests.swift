import FrameGeneration
import TestSupport
import Testing

@Suite("Computing wide values some channels at a time")
struct HiddenChannelSplittingTests {
    /// An inverted residual over an upsampled value and a skip: 12 hidden channels of 8×6.
    private func model(reading names: [String] = []) throws -> NetworkModel {
        var build = NetworkBuilder()
        let low = build.input("low", shape: [2, 5, 4, 3])
        let skip = build.input("skip", shape: [2, 3, 8, 6])
        let up = build.bilinearUpsampling("up", build.convolution("widened.low", low, to: 12, bias: true))
        let wide = build.relu("wide", build.sum("sum", up, build.convolution("widened.skip", skip, to: 12)))
        let mixed = build.relu(
            "mixed", build.convolution("depthwise", wide, to: 12, kernelSize: 3, padding: 1, groups: 12, bias: true))
        let output = build.convolution("output", mixed, to: 4, bias: true)
        return try Rewriting.model(build.network(returning: output)).returning(names + ["output"])
    }

    private static let hiddenSize = 2 * 12 * 8 * 6

    @Test(
        "gives the same in parts that are small enough, and takes as many multiply-adds",
        arguments: [(hiddenSize - 1, 2), (hiddenSize / 3, 3), (hiddenSize / 5, 6), (hiddenSize / 12, 12), (1, nil)])
    func splits(largestValue: Int, partCount: Int?) throws {
        let model = try model()
        let split = model.splittingHiddenChannels(above: largestValue)
        #expect(split.network.multiplyAdds == model.network.multiplyAdds)
        guard let partCount else {
            // Not even one channel is small enough.
            #expect(split.network == model.network)
            return
        }
        let upsamplings = split.network.nodes.filter { $0.operation == .bilinearUpsampling }
        #expect(upsamplings.count == partCount)
        for node in split.network.nodes where node.name != "output" && node.shape[1] != 4 {
            #expect(node.shape.reduce(1, *) <= largestValue, "\(node.name)")
        }
        try Rewriting.expectEqual(split, model)
    }

    @Test("leaves alone what is small enough, and what something else reads")
    func leavesAlone() throws {
        let model = try model()
        #expect(model.splittingHiddenChannels(above: Self.hiddenSize).network == model.network)
        for name in ["mixed", "wide", "up", "widened.skip"] {
            let shared = try self.model(reading: [name])
            #expect(shared.splittingHiddenChannels(above: Self.hiddenSize / 2).network == shared.network, "\(name)")
        }
    }

    @Test("gives the original's picture for the part of a generator that depends on the sound")
    func generator() throws {
        let model = try Rewriting.model(Generator.syncTalk160AVE.network)
        let speech = try model.simplified().split(
            at: "audio", keeping: ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: 20)
        ).speech
        let largest = speech.network.nodes.map { $0.shape.reduce(1, *) }.max() ?? 0
        let split = speech.splittingHiddenChannels(above: largest / 2)
        #expect(split.network.nodes.count > speech.network.nodes.count)
        try Rewriting.expectEqual(split, speech)
    }

    @Test("no hidden value of the 328 generator's part for the sound is left that fills a cache of 7 MB")
    func largeGenerator() throws {
        let model = try Rewriting.model(Generator.syncTalk328AVE.network).simplified()
        let speech = try model.split(
            at: "audio", keeping: ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: 0)
        ).speech
        let limit = 16 * 320 * 320
        #expect(speech.network.nodes.contains { $0.shape.reduce(1, *) > limit })
        let split = speech.splittingHiddenChannels(above: limit)
        #expect(!split.network.nodes.contains { $0.shape.reduce(1, *) > limit })
        #expect(split.network.multiplyAdds == speech.network.multiplyAdds)
        Rewriting.expectOrder(split)
    }
}
