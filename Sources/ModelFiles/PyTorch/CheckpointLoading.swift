public import FrameGeneration

extension PyTorchCheckpoint {
    /// Reads the weights of `generator` from the checkpoint at `path`, in either of the family's key schemes.
    ///
    /// - Throws: `FramegenError`: `.notFound` if there is no readable file at `path`; `.invalidData` if it is no
    ///   checkpoint, is damaged, or its tensors are not the generator's, with every missing, extra and misshapen one
    ///   named.
    public static func load(_ generator: Generator, at path: String) throws(FramegenError) -> NetworkModel {
        try stateDict(at: path).model(of: generator)
    }

    /// Reads the weights of `encoder` from the checkpoint at `path`, with or without `audio_encoder.` before its keys.
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
    /// Reads the weights of `generator`, in either of the family's key schemes.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if the file is damaged or its tensors are not the generator's, with
    ///   every missing, extra and misshapen one named.
    public func model(of generator: Generator) throws(FramegenError) -> NetworkModel {
        try model(of: generator.network, describedAs: "a \(generator.name) generator")
    }

    func model(
        of network: Network, describedAs description: String
    ) throws(FramegenError) -> NetworkModel {
        let weights = try weights(
            fitting: network.parameters.map { (key: $0.key, shape: $0.shape) }, of: description)
        let model = try NetworkModel(network: network, weights: weights)
        try model.requireUsableWeights(from: path)
        return model
    }
}

extension StateDict {
    /// Reads the tensors that a network expects, by the network's keys.
    ///
    /// - Parameters:
    ///   - expected: what the network reads, by the keys it is described with.
    ///   - owner: what the file is meant to be, for the message, such as `a SyncTalk_2D 328 ave generator`.
    /// - Returns: float32 tensors by the network's keys.
    /// - Throws: `FramegenError` with `.invalidData` that lists every missing, extra, misshapen and integer tensor by
    ///   the file's own keys.
    package func weights(
        fitting expected: [(key: String, shape: [Int])], of owner: String
    ) throws(FramegenError) -> [String: Tensor] {
        let scheme = keyScheme(of: expected.map(\.key))
        let fileKeys = expected.map { scheme.fileKey(for: $0.key) }
        try requireFit(zip(fileKeys, expected).map { (key: $0, shape: $1.shape) }, of: owner)

        var tensors = try tensors(fileKeys)
        var weights: [String: Tensor] = [:]
        for (fileKey, (key, _)) in zip(fileKeys, expected) { weights[key] = tensors.removeValue(forKey: fileKey) }
        return weights
    }

    /// Every name, as long as there are no more than any network has.
    private static func list(_ names: [String]) -> String {
        let most = 2000
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).joined(separator: ", ") + rest
    }

    private func requireFit(_ expected: [(key: String, shape: [Int])], of owner: String) throws(FramegenError) {
        var missing: [String] = []
        var misshapen: [String] = []
        var integer: [String] = []
        for (key, shape) in expected {
            guard let found = self.shape(of: key), let type = dataType(of: key) else {
                missing.append(key)
                continue
            }
            if found != shape { misshapen.append("\(key) is \(found), expected \(shape)") }
            if !type.isFloatingPoint { integer.append("\(key) is \(type)") }
        }
        let known = Set(expected.map(\.key))
        // How many batches a batch norm was trained on; inference has no use for it.
        let extra = keys.filter { !known.contains($0) && !$0.hasSuffix(".num_batches_tracked") }

        let faults = [
            ("missing", missing), ("extra", extra.map { Printable.text($0) }), ("misshapen", misshapen),
            ("not floating point", integer),
        ].filter { !$0.1.isEmpty }.map { "\($1.count) \($0): \(Self.list($1))" }
        guard faults.isEmpty else {
            throw FramegenError(.invalidData, "\(path) is not \(owner): \(faults.joined(separator: "; "))")
        }
    }
}
