#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration

    /// Runs a network that Core ML has loaded; its inputs' memory is used again in every run.
    final class CoreMLSession: InferenceSession {
        private let model: MLModel
        private let network: CoreMLNetwork
        private let inputs: [MLMultiArray]
        private let provider: MLDictionaryFeatureProvider
        private let options = MLPredictionOptions()

        /// With a model of its own.
        init(_ model: MLModel, of network: CoreMLNetwork) throws(FramegenError) {
            self.model = model
            self.network = network
            do {
                inputs = try network.inputs.map { input in
                    try MLMultiArray(shape: input.shape.map { $0 as NSNumber }, dataType: network.dataType)
                }
                let values = inputs.map { MLFeatureValue(multiArray: $0) }
                provider = try MLDictionaryFeatureProvider(
                    dictionary: Dictionary(zip(network.names.inputs, values), uniquingKeysWith: { first, _ in first }))
            } catch {
                throw FramegenError(
                    .internalFailure, "Core ML has no memory for the inputs: \(error.localizedDescription.onOneLine)",
                    cause: error)
            }
        }

        func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
            try network.inputs.check(shapes: tensors.map(\.shape))
            try Task.checkNotCancelled()
            // Core ML leaves objects behind, which on a thread without a pool would stay until its end.
            let result = autoreleasepool { () -> Result<[Tensor], FramegenError> in
                do throws(FramegenError) {
                    return .success(try predict(tensors))
                } catch {
                    return .failure(error)
                }
            }
            return try result.get()
        }

        private func predict(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
            for (tensor, array) in zip(tensors, inputs) { array.copy(tensor) }
            let results: any MLFeatureProvider
            do {
                results = try model.prediction(from: provider, options: options)
            } catch {
                throw FramegenError(
                    .internalFailure, "Core ML cannot run the network: \(error.localizedDescription.onOneLine)",
                    cause: error
                )
            }
            try Task.checkNotCancelled()
            return try zip(network.names.outputs, network.outputs).map { name, output throws(FramegenError) in
                guard let array = results.featureValue(for: name)?.multiArrayValue else {
                    let given = results.featureNames.sorted().joined(separator: ", ")
                    throw FramegenError(
                        .internalFailure, "Core ML gives no output \(name), but \(given.isEmpty ? "nothing" : given)")
                }
                return try array.tensor(named: name, shape: output.shape)
            }
        }
    }
#endif
