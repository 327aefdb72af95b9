// Core ML for tests on Linux: what the project uses of it, declared as Apple documents it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import Foundation

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
        public struct Operation { public let operatorName: String }
        public struct Block { public let operations: [Operation] }
        public struct Function { public let block: Block }
        public let functions: [String: Function]
    }
}

/// A plan that runs everything on the Neural Engine but sigmoids; constants have no unit.
public class MLComputePlan {
    public struct DeviceUsage { public let preferred: MLComputeDevice }

    public let modelStructure: MLModelStructure

    private init(_ structure: MLModelStructure) { modelStructure = structure }

    public func deviceUsage(for operation: MLModelStructure.Program.Operation) -> DeviceUsage? {
        switch operation.operatorName {
        case "const": nil
        case "sigmoid": DeviceUsage(preferred: .cpu(MLCPUComputeDevice()))
        default: DeviceUsage(preferred: .neuralEngine(MLNeuralEngineComputeDevice()))
        }
    }

    public static func load(
        contentsOf url: URL, configuration: MLModelConfiguration
    ) async throws -> MLComputePlan {
        let operations = ["const", "conv", "relu", "conv", "sigmoid"].map(MLModelStructure.Program.Operation.init)
        return MLComputePlan(.program(.init(functions: ["main": .init(block: .init(operations: operations))])))
    }
}
