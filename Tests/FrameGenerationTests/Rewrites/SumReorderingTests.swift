import FrameGeneration
import TestSupport
import Testing

@Suite("Moving narrowing convolutions before sums")
struct SumReorderingTests {
    /// A 1×1 convolution to `outputs` channels over x + V·h with 6 channels, h having 12.
    private func model(outputs: Int, isSumFlipped: Bool = false, reading names: [String] = []) throws -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [2, 6, 4, 3])
        let hidden = build.relu("hidden", build.convolution("widened", input, to: 12))
        let residual = build.convolution("residual", hidden, to: 6, bias: true)
        let sum = isSumFlipped ? build.sum("sum", residual, input) : build.sum("sum", input, residual)
        build.endModule("block", at: sum)
        let output = build.convolution("output", sum, to: outputs, bias: true)
        return try Rewriting.model(build.network(returning: output)).returning(names + ["output"])
    }

    @Test("saves once merged, and drops the module whose value is gone", arguments: [false, true])
    func moves(isSumFlipped: Bool) throws {
        let model = try model(outputs: 3, isSumFlipped: isSumFlipped)
        let moved = model.movingConvolutionsBeforeSums()
        #expect(moved.network.modules.isEmpty)
        try Rewriting.expectEqual(moved, model)
        let merged = moved.mergingPointwiseConvolutions()
        let pixels = 2 * 12
        #expect(model.network.multiplyAdds == (6 * 12 + 12 * 6 + 6 * 3) * pixels)
        #expect(merged.network.multiplyAdds == (6 * 12 + 12 * 3 + 6 * 3) * pixels)
        try Rewriting.expectEqual(merged, model)
    }

    @Test("leaves alone what does not narrow, and sums or summands that something else reads")
    func leavesAlone() throws {
        for model in [
            try model(outputs: 6), try model(outputs: 3, reading: ["sum"]),
            try model(outputs: 3, reading: ["residual"]),
        ] {
            #expect(model.movingConvolutionsBeforeSums().network == model.network)
        }
    }
}
