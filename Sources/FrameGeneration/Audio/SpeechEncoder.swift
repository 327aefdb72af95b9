/// An audio encoder that is ready to make features, shared by all takes of an avatar.
package final class SpeechEncoder: Sendable {
    package let encoder: AudioEncoder
    private let engine: any InferenceEngine
    private let options: SessionOptions
    private let loadModel: @Sendable (_ batchSize: Int) throws(FramegenError) -> NetworkModel
    private let batches = [
        AudioFeatures.batchSize: OnceValue<any PreparedNetwork>(), AudioFeatures.liveBatchSize: OnceValue(),
    ]

    /// Nothing is read or prepared yet.
    ///
    /// - Parameters:
    ///   - encoder: the encoder's description.
    ///   - engine: runs the network.
    ///   - options: threads and precision of each session.
    ///   - loadModel: gives the encoder's network for a batch of so many windows, with trained weights.
    package init(
        _ encoder: AudioEncoder, engine: any InferenceEngine, options: SessionOptions,
        loadModel: @escaping @Sendable (_ batchSize: Int) throws(FramegenError) -> NetworkModel
    ) {
        self.encoder = encoder
        self.engine = engine
        self.options = options
        self.loadModel = loadModel
    }

    /// A session that encodes `batchSize` windows at once.
    ///
    /// The network is compiled at the first call, which blocks.
    ///
    /// - Precondition: `batchSize` is one of `AudioFeatures`' two.
    /// - Throws: what the loading and the engine throw.
    package func makeSession(batchSize: Int) throws(FramegenError) -> sending any InferenceSession {
        guard let batch = batches[batchSize] else { preconditionFailure("no batch has \(batchSize) windows") }
        let network = try batch.value { () throws(FramegenError) in
            try engine.prepare(try loadModel(batchSize), options: options, sessionCount: 1)
        }
        return try network.makeSession()
    }
}
