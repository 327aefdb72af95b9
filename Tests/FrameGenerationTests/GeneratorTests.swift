import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("The generators as data")
struct GeneratorTests {
    private let network = Generator.syncTalk328AVE.network

    @Test("read exactly the tensors of the original's state dict, in their shapes", arguments: NetworkGolden.all)
    func parametersAreTheOriginals(golden: NetworkGolden.Case) throws {
        let isBare = golden.table.hasPrefix("ultralight_") && !golden.table.contains("_old_")
        let scheme = isBare ? KeyScheme.bare : .wrappedInSequential
        try expectParameters(of: golden.generator, asIn: golden.table, scheme)
    }

    @Test(
        "Ultralight's before 2026-05 name them otherwise",
        arguments: [
            (Generator.ultralight160Hubert, "ultralight_old_hubert_state_dict.tsv"),
            (.ultralight160Wenet, "ultralight_old_wenet_state_dict.tsv"),
        ])
    func oldKeys(generator: Generator, table: String) throws {
        try expectParameters(of: generator, asIn: table, .wrappedInSequential)
    }

    private func expectParameters(of generator: Generator, asIn table: String, _ scheme: KeyScheme) throws {
        let table = try String(contentsOfFile: Fixtures.path("golden/network/\(table)"), encoding: .utf8)
        var expected: [String: String] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t").map(String.init)
            guard !columns[1].hasSuffix("num_batches_tracked") else { continue }
            expected[columns[1]] = columns[2]
        }
        let parameters = generator.network.parameters
        let actual = Dictionary(uniqueKeysWithValues: parameters.map { (scheme.fileKey(for: $0.key), "\($0.shape)") })
        #expect(actual == expected)
    }

    /// The counts that Documentation/model-family gives.
    struct Counts: Sendable {
        let generator: Generator
        let megaMultiplyAdds: Double
        var parameters: Int?
        let convolutions: Int
        let batchNormalizations: Int
    }

    @Test(
        "count the multiply-adds, layers and parameters that Documentation/model-family gives",
        arguments: [
            Counts(
                generator: .syncTalk328AVE, megaMultiplyAdds: 4885.84, parameters: 12_186_935, convolutions: 93,
                batchNormalizations: 92),
            Counts(
                generator: .syncTalk328Hubert, megaMultiplyAdds: 4910.76, convolutions: 93, batchNormalizations: 92),
            Counts(
                generator: .syncTalk328Wenet, megaMultiplyAdds: 5226.18, parameters: 12_986_871, convolutions: 93,
                batchNormalizations: 92),
            Counts(
                generator: .syncTalk160AVE, megaMultiplyAdds: 3142.68, parameters: 12_163_591, convolutions: 81,
                batchNormalizations: 80),
        ])
    func counts(expected: Counts) {
        let network = expected.generator.network
        #expect((Double(network.multiplyAdds) / 1e6 * 100).rounded() / 100 == expected.megaMultiplyAdds)
        let convolutions = network.nodes.filter { if case .convolution = $0.operation { true } else { false } }
        let normalizations = network.nodes.filter {
            if case .batchNormalization = $0.operation { true } else { false }
        }
        #expect(convolutions.count == expected.convolutions)
        #expect(normalizations.count == expected.batchNormalizations)
        let trained = network.parameters.filter { !$0.key.contains("running_") }
        if let parameters = expected.parameters {
            #expect(trained.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
        }
    }

    @Test("a window holds the values of its rows", arguments: Generator.all)
    func windows(generator: Generator) {
        let valuesPerRow = generator.features.rowShape.reduce(1, *)
        #expect(generator.audioShape.reduce(1, *) == generator.audioRowsPerWindow * valuesPerRow)
    }

    @Test("a batch changes the first dimension of every value, and nothing else", arguments: Generator.all)
    func batch(generator: Generator) {
        let (one, four) = (generator.network, generator.network(batch: 4))
        #expect(four.inputs.map(\.shape) == one.inputs.map { [4] + $0.shape.dropFirst() })
        #expect(four.nodes.map(\.shape) == one.nodes.map { [4] + $0.shape.dropFirst() })
        #expect(four.parameters == one.parameters)
        #expect(four.multiplyAdds == 4 * one.multiplyAdds)
    }

    @Test("resize face crops only in ways that a program of the family does")
    func resizing() throws {
        let generator = Generator.ultralight160Hubert
        #expect(generator.face.cropResampling == .bilinear && generator.face.pasteResampling == .bilinear)
        #expect(try generator.resizingCrops(by: .area).face.cropResampling == .area)
        #expect(Generator.syncTalk328AVE.face.cropResampling == .bicubic)
        let error = #expect(throws: FramegenError.self) { try Generator.syncTalk328AVE.resizingCrops(by: .area) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("SyncTalk_2D 328 ave") == true && error?.message.contains("bicubic") == true)
    }

    @Test("every node comes after what it reads, and no two values share a name")
    func nodesAreOrdered() {
        var known = Set(network.inputs.map(\.name))
        for node in network.nodes {
            #expect(node.inputs.allSatisfy(known.contains), "\(node.name)")
            let isNew = known.insert(node.name).inserted
            #expect(isNew, "\(node.name)")
        }
        #expect(network.outputs.allSatisfy(known.contains))
    }

    @Test("a model lists every missing and every misshapen tensor in one error")
    func modelChecksItsWeights() {
        var weights = Dictionary(
            uniqueKeysWithValues: network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) })
        weights["outc.conv.bias"] = nil
        weights["audio_model.conv3.bias"] = nil
        weights["outc.conv.weight"] = Tensor(zeros: [3, 16])
        let error = #expect(throws: FramegenError.self) { try NetworkModel(network: network, weights: weights) }
        #expect(error?.code == .invalidData)
        for part in [
            "outc.conv.bias is missing", "audio_model.conv3.bias is missing",
            "outc.conv.weight is [3, 16], expected [3, 16, 1, 1]",
        ] {
            #expect(error?.message.contains(part) == true)
        }
    }

    @Test("a model whose network computes nothing, or not its output, is refused")
    func incomplete() throws {
        let network = Generator.ultralight160Hubert.network
        let weights = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) })
        for (nodes, outputs) in [([], network.outputs), (network.nodes, []), (network.nodes, ["nothing"])] {
            let broken = NetworkGraph(inputs: network.inputs, nodes: nodes, outputs: outputs)
            let error = #expect(throws: FramegenError.self) { try NetworkModel(network: broken, weights: weights) }
            #expect(error?.code == .invalidData)
        }
    }
}
