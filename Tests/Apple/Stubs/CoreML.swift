// What the project uses of Core ML, declared from its public documentation. Type-checked against, never linked.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CoreVideo
public import Foundation

public enum MLComputeUnits: Int, Sendable { case cpuOnly = 0, cpuAndGPU = 1, all = 2, cpuAndNeuralEngine = 3 }

public enum MLMultiArrayDataType: Int, Sendable {
    case double = 65600
    case float32 = 65568
    case float16 = 65552
    case int32 = 131104
}

open class MLMultiArray: NSObject {
    public init(shape: [NSNumber], dataType: MLMultiArrayDataType) throws { fatalError() }
    public init(pixelBuffer: CVPixelBuffer, shape: [NSNumber]) { fatalError() }
    public var shape: [NSNumber] { fatalError() }
    public var strides: [NSNumber] { fatalError() }
    public var count: Int { fatalError() }
    public var dataType: MLMultiArrayDataType { fatalError() }
    public var pixelBuffer: CVPixelBuffer? { fatalError() }
    public func withUnsafeBytes<R>(_ body: (_ ptr: UnsafeRawBufferPointer) throws -> R) rethrows -> R { fatalError() }
    public func withUnsafeMutableBytes<R>(
        _ body: (_ ptr: UnsafeMutableRawBufferPointer, _ strides: [Int]) throws -> R
    ) rethrows -> R { fatalError() }
}

public protocol MLFeatureProvider {
    var featureNames: Set<String> { get }
    func featureValue(for featureName: String) -> MLFeatureValue?
}

open class MLFeatureValue: NSObject {
    public convenience init(multiArray value: MLMultiArray) { fatalError() }
    public var multiArrayValue: MLMultiArray? { fatalError() }
}

open class MLDictionaryFeatureProvider: NSObject, MLFeatureProvider {
    public init(dictionary: [String: Any]) throws { fatalError() }
    public var featureNames: Set<String> { fatalError() }
    public func featureValue(for featureName: String) -> MLFeatureValue? { fatalError() }
}

open class MLPredictionOptions: NSObject {
    public override init() {}
    public var outputBackings: [String: Any] = [:]
}

public struct MLOptimizationHints: Equatable, Sendable {
    public enum SpecializationStrategy: Int, Sendable {  // MLSpecializationStrategy
        case `default` = 0
        case fastPrediction = 1
    }
    public var specializationStrategy: SpecializationStrategy = .default
    public init() {}
}

open class MLModelConfiguration: NSObject {
    public override init() {}
    public var modelDisplayName: String?
    public var computeUnits: MLComputeUnits = .all
    public var allowLowPrecisionAccumulationOnGPU = false
    public var functionName: String?
    public var optimizationHints = MLOptimizationHints()
}

open class MLModel: NSObject {
    public convenience init(contentsOf url: URL, configuration: MLModelConfiguration) throws { fatalError() }
    public func prediction(
        from input: any MLFeatureProvider, options: MLPredictionOptions
    ) throws -> any MLFeatureProvider { fatalError() }
    public func prediction(
        from input: any MLFeatureProvider, options: MLPredictionOptions = MLPredictionOptions()
    ) async throws -> any MLFeatureProvider { fatalError() }
    public class func compileModel(
        at url: URL, completionHandler handler: @escaping (Result<URL, any Error>) -> Void
    ) { fatalError() }
    public class func compileModel(at url: URL) async throws -> URL { fatalError() }
}

public class MLCPUComputeDevice: NSObject {}
public class MLGPUComputeDevice: NSObject {}
public class MLNeuralEngineComputeDevice: NSObject {}

public enum MLComputeDevice {
    case cpu(MLCPUComputeDevice)
    case gpu(MLGPUComputeDevice)
    case neuralEngine(MLNeuralEngineComputeDevice)
}

public enum MLModelStructure {
    case program(Program)
    case unsupported

    public struct Program {
        public struct Operation {
            public var operatorName: String { fatalError() }
            public var blocks: [Block] { fatalError() }
        }
        public struct Block {
            public var operations: [Operation] { fatalError() }
        }
        public struct Function {
            public var block: Block { fatalError() }
        }
        public var functions: [String: Function] { fatalError() }
    }
}

public class MLComputePlan {
    public struct DeviceUsage {
        public var supported: [MLComputeDevice] { fatalError() }
        public var preferred: MLComputeDevice { fatalError() }
    }
    public var modelStructure: MLModelStructure { fatalError() }
    public func deviceUsage(for operation: MLModelStructure.Program.Operation) -> DeviceUsage? { fatalError() }
    public static func load(
        contentsOf url: URL, configuration: MLModelConfiguration
    ) async throws -> MLComputePlan { fatalError() }
}
