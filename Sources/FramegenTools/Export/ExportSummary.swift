public import FrameGeneration
public import ModelFiles

/// What an export has made.
public struct ExportSummary: Sendable {
    /// The file.
    public let path: String
    /// Its size.
    public let byteCount: Int
    /// The network, such as `SyncTalk_2D 328 ave`.
    public let networkName: String
    /// Whether batch norms were folded into the convolutions before them.
    public let isFolded: Bool
    /// How weights are stored.
    public let weights: WeightType
    /// Samples that the model takes at once.
    public let batch: ExportBatch
    /// The model's inputs, with a batch of 1 where it is left open.
    public let inputs: [NetworkGraph.Value]
    /// The model's outputs, with a batch of 1 where it is left open.
    public let outputs: [NetworkGraph.Value]
    /// How the model answered beside the reference; nil where it was not asked.
    public let validation: Validation?
    /// What the user should know about the engine, and about what the checkpoint leaves open.
    public let warnings: [String]
    /// From the request to the completed file.
    public let duration: Duration

    /// How far an exported model is from the checkpoint that it comes from.
    public struct Validation: Sendable, Hashable {
        /// What ran the file.
        public let engineName: String
        /// Samples that were compared.
        public let sampleCount: Int
        /// The largest absolute difference of an output value.
        public let largestDifference: Double
        /// The mean absolute difference of output values.
        public let meanDifference: Double
        /// The largest absolute difference that is allowed.
        public let tolerance: Double
    }
}
