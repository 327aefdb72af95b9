import FrameGeneration
import Framegen
import ModelFiles

/// A checkpoint's network, of whichever kind, to be written as a model of another format.
struct ExportedNetwork: Sendable {
    /// Such as `SyncTalk_2D 328 ave`.
    let name: String
    /// As trained, for one sample.
    let model: NetworkModel
    /// What the user should know of the choice, and of the file's other tensors.
    let warnings: [String]
    private let batched: @Sendable (Int) -> NetworkGraph

    /// Reads a generator's or an audio encoder's checkpoint.
    ///
    /// - Throws: `FramegenError` that names the file and what is wrong with it; `.invalidRequest` when it takes other
    ///   features than `features`.
    init(checkpointPath path: String, features: FeatureKind?, weightsKey: String?) throws(FramegenError) {
        let stateDict = try PyTorchCheckpoint.stateDict(at: path, weightsKey: weightsKey)
        let encoder = AudioEncoder.ave
        if try stateDict.generators().isEmpty, stateDict.resembles(encoder) {
            guard features == nil else {
                throw FramegenError(
                    .invalidRequest, "\(path) is an \(encoder.name), which takes no features: expected no mode")
            }
            name = encoder.name
            warnings = []
            model = try stateDict.model(of: encoder, batch: 1)
            batched = { encoder.network(batch: $0) }
            return
        }
        let file = try GeneratorFile(checkpointPath: path, features: features, weightsKey: weightsKey)
        guard let generator = file.candidates.first else {
            throw FramegenError(.internalFailure, "\(path) may be no generator")
        }
        name = generator.name
        let others = file.candidates.dropFirst().map(\.features.rawValue).joined(separator: " or ")
        let choice =
            others.isEmpty
            ? nil
            : "\(path) may be \(others) as well, and is written as \(generator.features), as no mode "
                + "is asked for"
        warnings = [choice, file.warning].compactMap { $0 }
        model = try file.model(of: generator)
        batched = { generator.network(batch: $0) }
    }

    /// The same for `batch` samples at once.
    func model(batch: Int) throws(FramegenError) -> NetworkModel {
        try NetworkModel(network: batched(batch), weights: model.weights)
    }
}
