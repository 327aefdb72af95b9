import Foundation
import FrameGeneration
import OpenVINOEngine
import TestSupport
import Testing

@Suite("OpenVINO on the 328 generator")
struct GeneratorTests {
    /// The golden statistics of one module's result (spec: generator, "Hash weights").
    private struct Statistics: Decodable {
        let shape: [Int]
        let mean, std, min, max: Double
        let first8: [Double]
    }

    @Test("ends every module as the original does")
    func modules() throws {
        let network = Generator.syncTalk328AVE.network
        let table = try String(
            contentsOf: URL(filePath: Fixtures.path("golden/network/unet328_state_dict.tsv")), encoding: .utf8)
        let golden = try JSONDecoder().decode(
            [String: Statistics].self,
            from: Data(contentsOf: URL(filePath: Fixtures.path("golden/network/unet328_ave_stats.json"))))
        let modules = network.modules.filter { golden[$0.name] != nil }
        #expect(modules.count == network.modules.count)
        let model = try NetworkModel(
            network: network.returning(modules.map(\.value)),
            weights: HashWeights.weights(for: network, numberedBy: table))
        let inputs = [
            HashWeights.tensor(9001, shape: network.inputs[0].shape),
            HashWeights.tensor(9002, shape: network.inputs[1].shape) { 2 * $0 },
        ]
        let session = try OpenVINOEngine().makeSession(for: model, options: SessionOptions(threads: 2))
        for (module, tensor) in zip(modules, try session.run(inputs)) {
            let expected = try #require(golden[module.name])
            #expect(tensor.shape == expected.shape, "\(module.name)")
            let values = tensor.values.map(Double.init)
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            let found = [mean, variance.squareRoot(), values.min() ?? 0, values.max() ?? 0] + values.prefix(8)
            let wanted = [expected.mean, expected.std, expected.min, expected.max] + expected.first8
            // Float32 sums in another order; the values themselves are of the order of 1.
            #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 2e-5 }, "\(module.name): \(found), \(wanted)")
        }
    }
}
