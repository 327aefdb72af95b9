import Foundation
package import FrameGeneration
import ModelFiles
import Testing

/// What the original computes from hash weights and hash inputs: the output, and statistics after each module.
package struct NetworkGolden: Sendable {
    /// One of the original's generators: what its golden data is called, and the table that numbers its weights.
    package struct Case: Sendable, CustomTestStringConvertible {
        package let name: String
        package let generator: Generator
        package let table: String

        package var testDescription: String { name }

        /// The golden data, read.
        package func open() throws -> NetworkGolden { try NetworkGolden(self) }
    }

    package static let unet328AVE = Case(
        name: "unet328_ave", generator: .syncTalk328AVE, table: "unet328_state_dict.tsv")

    /// Every generator of the family.
    package static let all = [
        unet328AVE,
        Case(name: "unet328_hubert", generator: .syncTalk328Hubert, table: "unet328_state_dict.tsv"),
        Case(name: "unet328_wenet", generator: .syncTalk328Wenet, table: "unet328_wenet_state_dict.tsv"),
        Case(
            name: "synctalk2d_unet160_ave", generator: .syncTalk160AVE,
            table: "synctalk2d_unet160_ave_state_dict.tsv"),
        Case(
            name: "synctalk2d_unet160_hubert", generator: .syncTalk160Hubert,
            table: "synctalk2d_unet160_ave_state_dict.tsv"),
        Case(
            name: "synctalk2d_unet160_wenet", generator: .syncTalk160Wenet,
            table: "synctalk2d_unet160_wenet_state_dict.tsv"),
        Case(
            name: "ultralight160_hubert", generator: .ultralight160Hubert, table: "ultralight_hubert_state_dict.tsv"),
        Case(name: "ultralight160_wenet", generator: .ultralight160Wenet, table: "ultralight_wenet_state_dict.tsv"),
    ]

    private struct Statistics: Decodable {
        let shape: [Int]
        let mean: Double
        let std: Double
        let min: Double
        let max: Double
        let first8: [Double]
    }

    /// Largest absolute difference allowed in fp32.
    private static let tolerance = 2e-5

    package let model: NetworkModel
    package let inputs: [Tensor]
    /// What the original gives.
    package let output: Tensor
    private let statistics: [String: Statistics]

    /// Reads `<name>_out_f32.npy`, `<name>_stats.json` and the state-dict table that numbers the weights.
    private init(_ golden: Case) throws {
        let folder = Fixtures.path("golden/network")
        let name = golden.name
        let network = golden.generator.network
        let table = try String(contentsOfFile: "\(folder)/\(golden.table)", encoding: .utf8)
        model = try NetworkModel(
            network: network, weights: HashWeights.weights(for: network, numberedBy: table))
        inputs = [
            HashWeights.tensor(9001, shape: network.inputs[0].shape),
            HashWeights.tensor(9002, shape: network.inputs[1].shape) { 2 * $0 },
        ]
        output = try NPYFile.tensor(at: "\(folder)/\(name)_out_f32.npy")
        statistics = try JSONDecoder().decode(
            [String: Statistics].self, from: Data(contentsOf: URL(filePath: "\(folder)/\(name)_stats.json")))
    }

    /// Runs the network with `engine` and expects every module's statistics and the output.
    package func expectExactly(_ engine: any InferenceEngine, threads: Int = 1) throws {
        let modules = model.network.modules.filter { statistics[$0.name] != nil }
        #expect(modules.count == statistics.count, "the statistics name too few modules: \(statistics.keys.sorted())")
        let session = try engine.makeSession(
            for: model.returning(modules.map(\.value) + model.network.outputs),
            options: SessionOptions(threads: threads))
        let results = try session.run(inputs)
        try #require(results.count == modules.count + 1)
        for (module, result) in zip(modules, results) {
            let expected = try #require(statistics[module.name])
            compare(result, with: expected, module.name)
        }
        let result = try #require(results.last)
        try #require(result.shape == output.shape)
        let difference = zip(result.values, output.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(Double(difference) <= Self.tolerance, "output")
    }

    private func compare(_ tensor: Tensor, with expected: Statistics, _ name: String) {
        #expect(tensor.shape == expected.shape, "\(name)")
        let values = tensor.values.map(Double.init)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let actual = [mean, variance.squareRoot(), values.min() ?? 0, values.max() ?? 0] + values.prefix(8)
        let wanted = [expected.mean, expected.std, expected.min, expected.max] + expected.first8
        for (value, want) in zip(actual, wanted) {
            #expect(abs(value - want) <= Self.tolerance, "\(name): \(value) where the original has \(want)")
        }
    }
}
