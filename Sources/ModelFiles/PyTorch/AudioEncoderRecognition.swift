public import FrameGeneration

extension StateDict {
    /// Whether the file holds a tensor of `encoder`, by its key and shape, and so is meant to be one.
    package func resembles(_ encoder: AudioEncoder) -> Bool {
        let parameters = encoder.network(batch: 1).parameters
        let scheme = keyScheme(of: parameters.map(\.key))
        return parameters.contains { shape(of: scheme.fileKey(for: $0.key)) == $0.shape }
    }

    /// Reads the weights of `encoder`, with or without `audio_encoder.` before its keys.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if the file is damaged or its tensors are not the encoder's, with
    ///   every missing, extra and misshapen one named.
    public func model(of encoder: AudioEncoder, batch: Int) throws(FramegenError) -> NetworkModel {
        try model(of: encoder.network(batch: batch), describedAs: "an \(encoder.name)")
    }
}
