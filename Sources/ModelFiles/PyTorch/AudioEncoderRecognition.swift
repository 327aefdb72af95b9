public import FrameGeneration

extension StateDict {
    /// Whether most of the tensors of `encoder` are in the file, and so it is meant to be one.
    package func resembles(_ encoder: AudioEncoder) -> Bool {
        let parameters = encoder.network(batch: 1).parameters
        guard let fit = fits(of: parameters).first else { return false }
        return 2 * fit.matchCount > parameters.count
    }

    /// Reads the weights of `encoder`, which may stand in the network it was trained in.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if the file is damaged, or its tensors are not the encoder's, with
    ///   what it seems to be and some of what is missing, misshapen or too much.
    public func model(of encoder: AudioEncoder, batch: Int) throws(FramegenError) -> NetworkModel {
        try model(of: encoder.network(batch: batch), as: KnownNetwork(encoder))
    }
}
