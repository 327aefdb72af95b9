import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("The 328 ave generator as data")
struct GeneratorTests {
    private let network = Generator.syncTalk328AVE.network

    @Test("reads exactly the tensors of the original's state dict, in their shapes")
    func parametersAreTheOriginals() throws {
        let table = try String(contentsOfFile: Fixtures.path("golden/network/unet328_state_dict.tsv"), encoding: .utf8)
        var expected: [String: String] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t").map(String.init)
            guard !columns[1].hasSuffix("num_batches_tracked") else { continue }
            expected[columns[1]] = columns[2]
        }
        let parameters = network.parameters
        let actual = Dictionary(uniqueKeysWithValues: parameters.map { ($0.key, "\($0.shape)") })
        #expect(actual == expected)
    }

    @Test("counts the multiply-adds, layers and parameters that the spec gives")
    func counts() {
        #expect((Double(network.multiplyAdds) / 1e6 * 100).rounded() / 100 == 4885.84)
        let convolutions = network.nodes.filter { if case .convolution = $0.operation { true } else { false } }
        let normalizations = network.nodes.filter {
            if case .batchNormalization = $0.operation { true } else { false }
        }
        #expect(convolutions.count == 93)
        #expect(normalizations.count == 92)
        let trained = network.parameters.filter { !$0.key.contains("running_") }
        #expect(trained.reduce(0) { $0 + $1.shape.reduce(1, *) } == 12_186_935)
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
}
