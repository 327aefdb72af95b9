#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration
    import ModelFiles
    import Synchronization

    /// A network compiled by Core ML, once for all sessions that run it.
    final class CoreMLNetwork: PreparedNetwork {
        let inputs: [NetworkGraph.Value]
        let outputs: [NetworkGraph.Value]
        /// The package's names of inputs and outputs.
        let names: (inputs: [String], outputs: [String])
        /// What inputs are given as.
        let dataType: MLMultiArrayDataType
        private let path: String
        private let computeUnits: ComputeUnits
        /// Loaded already, for the first session.
        private let first: Mutex<MLModel?>

        /// Finds or makes the compiled network and loads it, so that one that was kept and has come to harm is made anew.
        init(
            _ model: NetworkModel, weights: WeightType, computeUnits: ComputeUnits, store: CompiledModelStore
        ) throws(FramegenError) {
            let network = model.network
            inputs = network.inputs
            outputs = zip(network.outputs, network.outputShapes).map { NetworkGraph.Value(name: $0, shape: $1) }
            names = CoreMLWriter.names(of: network)
            dataType = weights == .fp16 ? .float16 : .float32
            self.computeUnits = computeUnits
            var entry = try store.entry(for: model, weights: weights)
            do throws(FramegenError) {
                first = Mutex(try Self.load(entry.path, computeUnits))
            } catch {
                guard entry.wasKept else { throw error }
                entry = try store.entry(for: model, weights: weights, replacing: entry)
                first = Mutex(try Self.load(entry.path, computeUnits))
            }
            path = entry.path
        }

        func makeSession() throws(FramegenError) -> sending any InferenceSession {
            let loaded = first.withLock { model -> MLModel? in
                let taken = model
                model = nil
                return taken
            }
            if let loaded { return try CoreMLSession(loaded, of: self) }
            return try CoreMLSession(try Self.load(path, computeUnits), of: self)
        }

        /// Operations by the unit that Core ML prefers for them.
        func operationCounts() throws(FramegenError) -> [String: Int] {
            try ComputePlan.operationCounts(at: path, computeUnits)
        }

        private static func load(
            _ path: String, _ computeUnits: ComputeUnits
        ) throws(FramegenError) -> sending MLModel {
            let configuration = MLModelConfiguration()
            configuration.computeUnits = computeUnits.coreMLUnits
            // Many predictions are made of one load.
            configuration.optimizationHints.specializationStrategy = .fastPrediction
            do {
                return try MLModel(contentsOf: URL(filePath: path), configuration: configuration)
            } catch {
                throw FramegenError(
                    .internalFailure, "Core ML cannot load the network: \(error.localizedDescription.onOneLine)",
                    cause: error)
            }
        }
    }

    extension ComputeUnits {
        var coreMLUnits: MLComputeUnits {
            switch self {
            case .cpuAndNeuralEngine: .cpuAndNeuralEngine
            case .cpuAndGPU: .cpuAndGPU
            case .all: .all
            case .cpuOnly: .cpuOnly
            }
        }
    }
#endif
