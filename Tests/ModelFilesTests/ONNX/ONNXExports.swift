import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// The files of Tests/Fixtures/onnx/exports: one small generator and one small encoder, by PyTorch's exporters.
enum ONNXExports {
    static func path(_ name: String) -> String { Fixtures.path("onnx/exports/\(name)") }

    /// The sizes of the small networks, in the place of the family's.
    static let openSizes = OpenSizes(
        image: [[6, 320, 320], [6, 16, 16]], audio: [[32, 16, 16], [4, 12, 12]], mel: [[1, 80, 16]])

    static func model(_ path: String, batch: Int = 1) throws -> NetworkModel {
        try ONNXModelFile(path: path).model(batch: batch, openSizes: openSizes)
    }

    /// What PyTorch was given.
    static let generatorInputs = [
        HashWeights.tensor(9001, shape: [1, 6, 16, 16]), HashWeights.tensor(9002, shape: [1, 4, 12, 12]) { 2 * $0 },
    ]
    static let encoderInput = HashWeights.tensor(9003, shape: [2, 1, 80, 16]) { -4 + 8 * $0 }

    /// What PyTorch answered.
    static func answer(_ name: String) throws -> Tensor { try NPYFile.tensor(at: path("\(name)_out.npy")) }

    static func run(_ model: NetworkModel, _ inputs: [Tensor]) throws -> Tensor {
        let session = try ReferenceEngine().makeSession(for: model, options: SessionOptions(threads: 1))
        return try #require(try session.run(inputs).first)
    }

    static func largestDifference(_ first: Tensor, _ second: Tensor) -> Float {
        guard first.values.count == second.values.count else { return .infinity }
        return zip(first.values, second.values).map { abs($0 - $1) }.max() ?? .infinity
    }
}
