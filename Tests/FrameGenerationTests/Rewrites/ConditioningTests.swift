import FrameGeneration
import TestSupport
import Testing

@Suite("Cutting a network at the audio")
struct ConditioningTests {
    private static let policies: [ConditioningPolicy] = [
        .everything, .skips, ConditioningPolicy(largestKeptSide: 80, largestKeptExpansionSide: 80),
        ConditioningPolicy(largestKeptSide: 80, largestKeptExpansionSide: 20),
        ConditioningPolicy(largestKeptSide: 0, largestKeptExpansionSide: 0),
    ]

    /// `wide` has more values than the `narrow` that it is made from; both have 8 rows.
    private func small() throws -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("input", shape: [1, 2, 8, 8])
        let audio = build.input("audio", shape: [1, 4, 8, 8])
        let narrow = build.relu("narrow", build.convolution("first", input, to: 2))
        let wide = build.convolution("wide", narrow, to: 4, bias: true)
        build.endModule("encoder", at: wide)
        let sound = build.relu("sound", audio)
        let output = build.sum("output", wide, sound)
        return try Rewriting.model(build.network(returning: output))
    }

    /// Runs both parts of `parts`, the second on what the first keeps, and expects what `model` gives.
    private func expectEqual(_ parts: ConditionedModel, _ model: NetworkModel, within tolerance: Float) throws {
        let inputs = Rewriting.inputs(for: model.network)
        var values = Dictionary(uniqueKeysWithValues: zip(model.network.inputs.map(\.name), inputs))
        let kept = try Rewriting.run(parts.template, parts.template.network.inputs.compactMap { values[$0.name] })
        #expect(kept.map(\.shape) == parts.keptValues.map(\.shape))
        for (value, tensor) in zip(parts.keptValues, kept) { values[value.name] = tensor }
        let outputs = try Rewriting.run(parts.speech, parts.speech.network.inputs.compactMap { values[$0.name] })
        let difference = try largestDifference(outputs, Rewriting.run(model, inputs))
        #expect(difference <= tolerance, "the results differ by \(difference)")
    }

    @Test("keeps, or computes again, what the policy says")
    func followsThePolicy() throws {
        let model = try small()
        let cases: [(ConditioningPolicy, kept: [String], inputs: [String])] = [
            (.everything, ["wide"], ["wide", "audio"]),
            (.skips, ["narrow"], ["narrow", "audio"]),
            (ConditioningPolicy(largestKeptSide: 8, largestKeptExpansionSide: 8), ["wide"], ["wide", "audio"]),
            (ConditioningPolicy(largestKeptSide: 8, largestKeptExpansionSide: 7), ["narrow"], ["narrow", "audio"]),
            (ConditioningPolicy(largestKeptSide: 7, largestKeptExpansionSide: 8), [], ["input", "audio"]),
        ]
        for (policy, kept, inputs) in cases {
            let parts = try model.split(at: "audio", keeping: policy)
            #expect(parts.keptValues.map(\.name) == kept)
            #expect(parts.template.network.outputs == kept)
            #expect(parts.template.network.inputs.map(\.name) == ["input"])
            #expect(parts.speech.network.inputs.map(\.name) == inputs)
            #expect(parts.keptElements == (kept == ["wide"] ? 4 : kept.isEmpty ? 0 : 2) * 64)
            Rewriting.expectOrder(parts.template)
            Rewriting.expectOrder(parts.speech)
            // The same operations on the same values: not even rounding differs.
            try expectEqual(parts, model, within: 0)
        }
    }

    @Test("computes outputs that do not depend on the audio with the rest")
    func outputOfTheTemplateAlone() throws {
        let model = try small().returning(["wide", "output"])
        let parts = try model.split(at: "audio", keeping: .everything)
        #expect(parts.keptValues.map(\.name) == ["narrow"])
        try expectEqual(parts, model, within: 0)
    }

    @Test("names the inputs there are when there is none of that name")
    func noSuchInput() throws {
        let model = try small()
        let error = #expect(throws: FramegenError.self) { try model.split(at: "sound", keeping: .skips) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "the network has no input sound, it has input, audio")
    }

    @Test("cuts every generator under every policy", arguments: Generator.all, policies)
    func structure(generator: Generator, policy: ConditioningPolicy) throws {
        let model = try Rewriting.model(generator.network).simplified()
        let parts = try model.split(at: "audio", keeping: policy)
        Rewriting.expectOrder(parts.template)
        Rewriting.expectOrder(parts.speech)
        let keptNames = Set(parts.keptValues.map(\.name))
        #expect(parts.template.network.outputs == parts.keptValues.map(\.name))
        #expect(parts.speech.network.outputs == ["output"])
        #expect(!parts.template.network.nodes.contains { $0.inputs.contains("audio") })
        #expect(parts.speech.network.nodes.allSatisfy { !keptNames.contains($0.name) })
        #expect(parts.keptValues.allSatisfy { $0.shape[2] <= policy.largestKeptSide })
        let sum = parts.template.network.multiplyAdds + parts.speech.network.multiplyAdds
        #expect(sum >= model.network.multiplyAdds)
        if policy == .everything { #expect(sum == model.network.multiplyAdds) }
        // With nothing kept, what is cut is the whole network.
        if policy.largestKeptSide == 0 { #expect(parts.speech.network == model.network) }
    }

    /// Shares of the multiply-adds of the 328 generator that are left when what is kept is not counted.
    @Test("leaves the multiply-adds that follow from the layers' sizes")
    func multiplyAdds() throws {
        let whole = try Rewriting.model(Generator.syncTalk328AVE.network)
        let skips = try whole.split(at: "audio", keeping: .everything)
        // The modules inc and down1 to down5 (Documentation/model-family/generator.md) are what a frame no longer
        // needs.
        let encoder = 57.75 + 396.49 + 194.56 + 189.03 + 186.27 + 184.88
        let left = Double(skips.speech.network.multiplyAdds) / 1e6
        #expect(abs(left - (4885.84 - encoder)) < 0.05)
        #expect(skips.keptElements == 32 * 320 * 320 + 32 * 160 * 160 + 64 * 80 * 80 + 128 * 1600 + 256 * 400 + 51_200)

        let half = try whole.simplified().split(
            at: "audio",
            keeping: ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: 160))
        // Five skip halves of 2·2·channels, one of them fuse_conv's.
        #expect(half.keptElements == 2048 * 100 + 1024 * 400 + 512 * 1600 + 256 * 6400 + 128 * 25600)
        #expect(half.speech.network.inputs.map(\.name).contains("input"))
        #expect(Double(half.speech.network.multiplyAdds) < 0.46 * Double(whole.network.multiplyAdds))
    }

    @Test("gives the original's picture for the smaller generators", arguments: [policies[0], policies[2]])
    func values(policy: ConditioningPolicy) throws {
        let model = try Rewriting.model(Generator.syncTalk160AVE.network)
        let parts = try model.simplified().split(at: "audio", keeping: policy)
        try expectEqual(parts, model, within: Rewriting.tolerance)
    }

    @Test("every rewrite leaves a generator's picture as it was")
    func rewrites() throws {
        let model = try Rewriting.model(Generator.ultralight160Hubert.network)
        let expected = try Rewriting.run(model, Rewriting.inputs(for: model.network))
        let folded = model.foldingBatchNormalization()
        let split = folded.splittingConvolutionsOverConcatenations()
        let moved = split.movingConvolutionsBeforeUpsampling()
        for rewritten in [folded, moved, model.simplified()] {
            Rewriting.expectOrder(rewritten)
            let actual = try Rewriting.run(rewritten, Rewriting.inputs(for: model.network))
            #expect(largestDifference(actual, expected) <= Rewriting.tolerance)
        }
    }

    @Test("the 328 generator cut in two gives the whole one's picture")
    func largeGenerator() throws {
        let model = try Rewriting.model(Generator.syncTalk328AVE.network)
        let parts = try model.simplified().split(
            at: "audio",
            keeping: ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: 80))
        try expectEqual(parts, model, within: Rewriting.tolerance)
    }
}

extension ConditioningPolicy {
    /// The fewest multiply-adds in a frame and the most memory.
    fileprivate static let everything = ConditioningPolicy(largestKeptSide: .max, largestKeptExpansionSide: .max)
    /// The skips as they are, and no half of a convolution.
    fileprivate static let skips = ConditioningPolicy(largestKeptSide: .max, largestKeptExpansionSide: 0)
}
