// Core ML for tests on Linux: what the project uses of it, declared as Apple documents it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import Foundation
import FrameGeneration
import ModelFiles
import OpenVINOEngine
import Synchronization

public enum MLComputeUnits: Int, Sendable { case cpuOnly = 0, cpuAndGPU = 1, all = 2, cpuAndNeuralEngine = 3 }

public struct MLOptimizationHints: Equatable, Sendable {
    public enum SpecializationStrategy: Int, Sendable { case `default` = 0, fastPrediction = 1 }
    public var specializationStrategy: SpecializationStrategy = .default
    public init() {}
}

open class MLModelConfiguration: NSObject {
    public override init() {}
    public var computeUnits: MLComputeUnits = .all
    public var optimizationHints = MLOptimizationHints()
}

/// A model that OpenVINO computes in float32, whatever is asked for, from what is read back of the package.
open class MLModel: NSObject {
    private let network: NetworkGraph
    private let session: any InferenceSession
    private let dataType: MLMultiArrayDataType

    /// What a compiled model holds besides the package; the last that is written.
    private static let stamp = "coremldata.bin"

    public init(contentsOf url: URL, configuration: MLModelConfiguration) throws {
        let behaviour = FakeBehaviour.current
        if let text = behaviour.loadError { throw FakeError(text: text) }
        let folder = url.path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: "\(folder)/\(Self.stamp)") else {
            throw FakeError(text: "\(url.lastPathComponent) is not a valid .mlmodelc file")
        }
        let package = try CoreMLPackage(path: "\(folder)/package.mlpackage")
        let model = try package.plainModel()
        network = model.network
        session = try OpenVINOEngine().makeSession(for: model, options: SessionOptions(threads: 1))
        dataType = package.inputs.allSatisfy { $0.dataType == "float16" } ? .float16 : .float32
        behaviour.counts.loads.add(1, ordering: .relaxed)
        behaviour.counts.units.withLock { $0.append(configuration.computeUnits) }
    }

    public func prediction(
        from input: any MLFeatureProvider, options: MLPredictionOptions
    ) throws -> any MLFeatureProvider {
        let behaviour = FakeBehaviour.current
        behaviour.onPrediction?()
        if let text = behaviour.predictionError { throw FakeError(text: text) }
        let tensors = try network.inputs.map { wanted in
            guard let array = input.featureValue(for: wanted.name)?.multiArrayValue else {
                throw FakeError(text: "Feature \(wanted.name) is required but not specified.")
            }
            guard array.shape.map(\.intValue) == wanted.shape, array.dataType == dataType else {
                throw FakeError(text: "MultiArray \(wanted.name) does not match the model's description.")
            }
            return Tensor(shape: wanted.shape, values: array.values)
        }
        behaviour.counts.predictions.add(1, ordering: .relaxed)
        var features: [String: MLFeatureValue] = [:]
        for (name, tensor) in zip(network.outputs, try session.run(tensors))
        where !behaviour.missingOutputs.contains(name) {
            let array = MLMultiArray(
                sizes: behaviour.outputShape ?? tensor.shape, dataType: behaviour.outputType ?? dataType,
                strides: behaviour.outputStrides)
            if behaviour.outputShape == nil, behaviour.outputStrides == nil { array.values = Array(tensor.values) }
            features[name] = MLFeatureValue(multiArray: array)
        }
        return try MLDictionaryFeatureProvider(dictionary: features)
    }

    /// Copies the package into a new folder among the temporary ones, as Core ML leaves its result there.
    public class func compileModel(
        at url: URL, completionHandler handler: @escaping @Sendable (Result<URL, any Error>) -> Void
    ) {
        let behaviour = FakeBehaviour.current
        let compiled = FileManager.default.temporaryDirectory.appending(path: "fake-\(UUID()).mlmodelc")
        let result = Result {
            if let text = behaviour.compileError { throw FakeError(text: text) }
            _ = try CoreMLPackage(path: url.path(percentEncoded: false))
            try FileManager.default.createDirectory(at: compiled, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: url, to: compiled.appending(path: "package.mlpackage"))
            behaviour.onCompile?()
            try Data().write(to: compiled.appending(path: stamp))
            behaviour.counts.compilations.add(1, ordering: .relaxed)
            return compiled
        }
        // On a thread of its own, as Core ML does.
        Thread.detachNewThread { handler(result) }
    }
}
