import CoreMLEngine
import FakeCoreML
import FrameGeneration
import TestSupport

/// A network with one input and one output, whose names no program of Core ML's can have.
enum SmallModel {
    static let shape = [1, 2, 5, 7]

    static func make(bias: Float = 1) throws -> NetworkModel {
        var build = NetworkBuilder()
        let input = build.input("1.input", shape: shape)
        let sum = build.convolution("up.0.sum", input, to: 3, kernelSize: 3, padding: 1, bias: true)
        let output = build.relu("up.0.out put", sum)
        return try NetworkModel(
            network: build.network(returning: output),
            weights: [
                "up.0.sum.weight": HashWeights.tensor(1, shape: [3, 2, 3, 3]) { $0 - 0.5 },
                "up.0.sum.bias": Tensor(shape: [3], values: [bias, 0, 0.25]),
            ])
    }

    static let input = HashWeights.tensor(2, shape: shape) { 2 * $0 - 1 }

    /// What plain Swift computes.
    static func expected(bias: Float = 1) throws -> Tensor {
        let session = try ReferenceEngine().makeSession(for: make(bias: bias), options: SessionOptions(threads: 1))
        return try session.run([input])[0]
    }
}

/// A folder for compiled networks, and an engine that uses it.
struct EngineFolder {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var cache: String { folder.file("cache/coreml") }
    var engine: CoreMLEngine { CoreMLEngine(cacheFolder: cache) }

    /// Runs the small network once.
    func run(bias: Float = 1, precision: Precision = .fp32) throws -> Tensor {
        let session = try engine.makeSession(
            for: SmallModel.make(bias: bias), options: SessionOptions(threads: 1, precision: precision))
        return try session.run([SmallModel.input])[0]
    }
}

/// Does `body` on a Core ML that behaves otherwise.
func withBehaviour<Value>(
    _ change: (inout FakeBehaviour) -> Void, _ body: () throws -> Value
) rethrows -> Value {
    var behaviour = FakeBehaviour()
    change(&behaviour)
    return try FakeBehaviour.$current.withValue(behaviour) { try body() }
}

func largestDifference(_ first: Tensor, _ second: Tensor) -> Float {
    guard first.shape == second.shape else { return .infinity }
    return zip(first.values, second.values).map { abs($0 - $1) }.max() ?? 0
}
