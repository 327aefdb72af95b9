import FrameGeneration
import TestSupport
import Testing

@testable import FusedLayers

@Suite("The layers at full resolution, cut off a generator's network")
struct FusedModelTests {
    @Test("are found in every generator, rewritten as it is run", arguments: NetworkGolden.all)
    func allGenerators(_ golden: NetworkGolden.Case) throws {
        let side = golden.generator.face.networkSide
        let model = try Rewriting.model(golden.generator.network).simplified()
        let whole = try #require(FusedModel(model))
        #expect(whole.first?.result.shape == [1, side == 320 ? 32 : 64, side / 2, side / 2])
        #expect(whole.last?.result.shape == [1, 3, side, side])
        #expect(whole.last?.stem != nil)
        #expect(whole.ups.map(\.result.shape) == (side == 320 ? [[1, 32, 160, 160]] : []))
        Rewriting.expectOrder(whole.rest)
        #expect(whole.rest.network.nodes.allSatisfy { $0.shape[2] < side })
        #expect(!whole.rest.network.inputs.contains { $0.name == "input" })

        let parts = try model.split(
            at: "audio", keeping: ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: 20))
        let template = try #require(FusedModel(parts.template))
        #expect(template.first != nil && template.last == nil)
        // The stem of a generator of 160×160 is among what is kept.
        let speech = try #require(FusedModel(parts.speech))
        #expect((speech.last?.stem != nil) == (side == 320))
        #expect(speech.rest.network.nodes.allSatisfy { $0.shape[2] < side })
        Rewriting.expectOrder(speech.rest)
    }

    @Test("are found whatever number of channels they have inside", arguments: [(32, 16), (24, 8)])
    func channels(_ channels: (stem: Int, face: Int)) throws {
        let model = try SmallFace.model(stemChannels: channels.stem, faceChannels: channels.face)
        let found = try #require(FusedModel(model))
        #expect(found.first != nil && found.ups.count == 1 && found.last != nil)
    }

    @Test("are left where they are in a network that nothing was rewritten in, as in one without such layers")
    func others() throws {
        let model = try Rewriting.model(Generator.syncTalk160AVE.network)
        #expect(FusedModel(model) == nil)
        #expect(FusedModel(try Rewriting.model(AudioEncoder.ave.network(batch: 1))) == nil)
    }

    @Test("are left where they are in a network for several images at once")
    func batch() throws {
        #expect(FusedModel(try Rewriting.model(Generator.syncTalk160AVE.network(batch: 2)).simplified()) == nil)
    }
}
