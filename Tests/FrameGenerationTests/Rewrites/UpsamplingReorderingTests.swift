import FrameGeneration
import TestSupport
import Testing

@Suite("Moving 1×1 convolutions before upsamplings")
struct UpsamplingReorderingTests {
    private func model(kernelSize: Int = 1, isReadTwice: Bool = false) throws -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [2, 3, 5, 4])
        let upsampled = build.bilinearUpsampling("upsampled", input)
        var output = build.convolution(
            "convolved", upsampled, to: 3, kernelSize: kernelSize, padding: kernelSize / 2, bias: true)
        if isReadTwice { output = build.sum("sum", output, upsampled) }
        output = build.relu("output", output)
        return try Rewriting.model(build.network(returning: output))
    }

    @Test("takes a quarter of the multiply-adds")
    func moves() throws {
        let model = try model()
        let moved = model.movingConvolutionsBeforeUpsampling()
        #expect(moved.network.multiplyAdds * 4 == model.network.multiplyAdds)
        #expect(moved.network.nodes.map(\.operation).dropFirst().first == .bilinearUpsampling)
        #expect(moved.network.nodes.contains { $0.name == "convolved" })
        try Rewriting.expectEqual(moved, model)
    }

    @Test("leaves convolutions alone that mix pixels, and upsampled values that something else reads")
    func leavesAlone() throws {
        for model in [try model(kernelSize: 3), try model(isReadTwice: true)] {
            #expect(model.movingConvolutionsBeforeUpsampling().network == model.network)
        }
    }

    @Test("moves one convolution for each upsampling of a generator, once they are split", arguments: Generator.all)
    func generators(generator: Generator) throws {
        let split = try Rewriting.model(generator.network).splittingConvolutionsOverConcatenations()
        let moved = split.movingConvolutionsBeforeUpsampling()
        #expect(moved.network.multiplyAdds < split.network.multiplyAdds)
        let upsamplings = moved.network.nodes.filter { $0.operation == .bilinearUpsampling }
        #expect(upsamplings.count == split.network.nodes.filter { $0.operation == .bilinearUpsampling }.count)
        for upsampling in upsamplings {
            let source = moved.network.nodes.first { $0.name == upsampling.inputs[0] }
            if case .convolution = source?.operation { continue }
            Issue.record("\(upsampling.name) upsamples \(upsampling.inputs[0]), which is no convolution")
        }
        Rewriting.expectOrder(moved)
    }
}
