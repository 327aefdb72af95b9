/// An audio encoder that is ready to make features, shared by all takes of an avatar.
package final class SpeechEncoder: Sendable {
    package let encoder: AudioEncoder
    private let engine: any InferenceEngine
    private let options: SessionOptions
    private let loadModel: @Sendable (_ batchSize: Int) throws(FramegenError) -> NetworkModel
    private let silence = OnceValue<[Float]>()
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

    /// The row of features that is made of silence, as it comes where sound arrives while it is spoken.
    ///
    /// - Throws: what the loading and the engine throw.
    func silentRow() async throws(FramegenError) -> [Float] {
        try await runBlocking { () throws(FramegenError) in
            try silence.value { () throws(FramegenError) in
                var mel = MelSpectrogram()
                var windows = MelWindows(windowsPerSecond: encoder.rowsPerSecond)
                let sampleCount = 2 * MelWindows.columnsPerWindow * MelSpectrogram.hop
                let columns = mel.columns(adding: [Float](repeating: 0, count: sampleCount))
                let batchSize = AudioFeatures.liveBatchSize
                let shape = [batchSize, 1, MelSpectrogram.bandCount, MelWindows.columnsPerWindow]
                guard let window = windows.windows(adding: columns).first,
                    let row = try makeSession(batchSize: batchSize).run([Tensor(shape: shape, values: window)]).first,
                    row.values.count == encoder.rowShape.reduce(1, *)
                else {
                    throw FramegenError(.internalFailure, "the engine returned no features of silence")
                }
                return Array(row.values)
            }
        }
    }
}
