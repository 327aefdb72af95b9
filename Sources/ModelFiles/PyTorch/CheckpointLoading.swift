public import FrameGeneration

extension PyTorchCheckpoint {
    /// Reads the weights of `generator` from the checkpoint at `path`, in either of the family's key schemes, wherever
    /// in the file they stand.
    ///
    /// - Throws: `FramegenError`: `.notFound` if there is no readable file at `path`; `.invalidData` if it is no
    ///   checkpoint, is damaged, holds several such generators, or its tensors are not the generator's, with what it
    ///   seems to be and some of what is missing, misshapen or too much.
    public static func load(_ generator: Generator, at path: String) throws(FramegenError) -> NetworkModel {
        try stateDict(at: path).model(of: generator)
    }

    /// Reads the weights of `encoder` from the checkpoint at `path`, wherever in the file they stand.
    ///
    /// - Parameters:
    ///   - encoder: the encoder's description.
    ///   - batch: windows that its network takes at once.
    ///   - path: the checkpoint.
    /// - Returns: the encoder's network with its weights.
    /// - Throws: `FramegenError` as for a generator.
    public static func load(
        _ encoder: AudioEncoder, batch: Int, at path: String
    ) throws(FramegenError) -> NetworkModel {
        try stateDict(at: path).model(of: encoder, batch: batch)
    }
}

extension StateDict {
    /// Reads the weights of `generator`, in either of the family's key schemes, wherever in the file they stand.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if the file is damaged, holds several such generators, or its
    ///   tensors are not the generator's, with what it seems to be and some of what is missing, misshapen or too much.
    public func model(of generator: Generator) throws(FramegenError) -> NetworkModel {
        try model(of: generator.network, as: KnownNetwork(generator))
    }

    // `network` is `known`'s, for any batch.
    func model(of network: NetworkGraph, as known: KnownNetwork) throws(FramegenError) -> NetworkModel {
        let parameters = known.network.parameters
        guard let place = try place(of: known), mismatches(of: parameters, at: place).isEmpty else {
            throw refusal(as: known.title, of: parameters)
        }
        let model = try NetworkModel(network: network, weights: try weights(of: parameters, at: place))
        try model.requireUsableWeights(from: path)
        return model
    }

    /// Reads the tensors that a network expects, by the network's keys.
    ///
    /// - Returns: float32 tensors.
    /// - Throws: `FramegenError` with `.invalidData` when one is missing or damaged.
    package func weights(
        of parameters: [NetworkGraph.Parameter], at place: NetworkPlace
    ) throws(FramegenError) -> [String: Tensor] {
        let fileKeys = parameters.map { place.fileKey(for: $0.key) }
        var tensors = try tensors(fileKeys)
        var weights: [String: Tensor] = [:]
        for (fileKey, parameter) in zip(fileKeys, parameters) {
            weights[parameter.key] = tensors.removeValue(forKey: fileKey)
        }
        return weights
    }
}
