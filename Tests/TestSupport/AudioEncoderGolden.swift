import Foundation
package import FrameGeneration
import ModelFiles
import Testing

/// What the original's audio encoder computes from hash weights and hash inputs, two windows at once.
package enum AudioEncoderGolden {
    /// Largest absolute difference allowed in fp32.
    private static let tolerance: Float = 2e-5

    package static func expectExactly(_ engine: any InferenceEngine) throws {
        let table = try String(
            contentsOfFile: Fixtures.path("golden/network/ave_audio_encoder_state_dict.tsv"), encoding: .utf8
        ).replacing("audio_encoder.", with: "")
        let network = AudioEncoder.ave.network(batch: 2)
        let model = try NetworkModel(network: network, weights: HashWeights.weights(for: network, numberedBy: table))
        let session = try engine.makeSession(for: model, options: SessionOptions(threads: 1))
        let mel = HashWeights.tensor(9003, shape: [2, 1, 80, 16]) { -4 + 8 * $0 }
        let output = try #require(try session.run([mel]).first)
        let golden = try NPYFile.tensor(at: Fixtures.path("golden/network/ave_audio_encoder_out_f32.npy"))
        #expect(output.values.count == golden.values.count)
        let difference = zip(output.values, golden.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= tolerance)
    }
}
