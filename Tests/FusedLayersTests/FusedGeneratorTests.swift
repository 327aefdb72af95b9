import FrameGeneration
import FusedLayers
import TestSupport
import Testing

@Suite("Generators with their layers at full resolution fused")
struct FusedGeneratorTests {
    @Test(
        "give what the original gives", arguments: RowsKind.supported,
        [NetworkGolden.unet328AVE, NetworkGolden.all[3], NetworkGolden.all[6]])
    func golden(_ kind: RowsKind, _ golden: NetworkGolden.Case) throws {
        let golden = try golden.open()
        let expected = golden.output
        let result = try #require(ExactEngine.runFused(golden.model.simplified(), golden.inputs, kind).first)
        try #require(result.shape == expected.shape)
        switch kind.precision {
        case .fp32: #expect(largestDifference([result], [expected]) <= 2e-5)
        case .bf16, .fp16:
            // Half of a level of a byte.
            #expect(meanDifference(result, expected) < 0.5 / 255)
        }
    }

    /// With a stem that is kept, and one that is not.
    @Test("give the same in each of a network's two parts", arguments: RowsKind.supported, [80, 160])
    func parts(_ kind: RowsKind, largestKeptSide: Int) throws {
        let model = try Rewriting.model(Generator.syncTalk160AVE.network).simplified()
        let parts = try model.split(
            at: "audio", keeping: ConditioningPolicy(largestKeptSide: largestKeptSide, largestKeptExpansionSide: 20))
        for part in [parts.template, parts.speech] {
            let inputs = Rewriting.inputs(for: part.network)
            let expected = try Rewriting.run(part, inputs)
            let results = try ExactEngine.runFused(part, inputs, kind)
            try #require(results.map(\.shape) == expected.map(\.shape))
            if kind.precision == .fp32 {
                #expect(largestDifference(results, expected) <= Rewriting.tolerance)
            } else {
                for (result, value) in zip(results, expected) { #expect(meanDifference(result, value) < 1.0 / 128) }
            }
        }
    }
}
