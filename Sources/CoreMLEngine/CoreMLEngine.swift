#if canImport(CoreML)
    import CoreML
    public import FrameGeneration
    import ModelFiles

    /// Runs networks through Core ML, on the Neural Engine where it may.
    ///
    /// A network is written as a Core ML package, which Core ML compiles once; what it makes is kept in a folder and found
    /// there again. In fp16 the weights and everything between them are float16, in which alone the Neural Engine computes; in
    /// fp32 the network runs on the processor or the GPU.
    public struct CoreMLEngine: InferenceEngine {
        /// `coreml`.
        public let name = "coreml"
        /// True.
        public let computesAnyNetwork = true
        /// False: values that are kept for a template frame would have to be copied in for every frame.
        public let runsNetworksInParts = false
        private let computeUnits: ComputeUnits
        private let cacheFolder: String?

        /// An engine that computes on `computeUnits`.
        ///
        /// - Parameters:
        ///   - computeUnits: what Core ML may compute on; what it does compute on is up to it.
        ///   - cacheFolder: where compiled networks are kept; nil for the user's cache folder. It may be missing, and what is
        ///     in it may be removed at any time.
        public init(computeUnits: ComputeUnits = .cpuAndNeuralEngine, cacheFolder: String? = nil) {
            self.computeUnits = computeUnits
            self.cacheFolder = cacheFolder
        }

        /// Prepares `model` to be run.
        ///
        /// Blocks while Core ML compiles and loads, which takes seconds the first time.
        ///
        /// - Throws: `FramegenError`: `.invalidRequest` for bf16, and for weights that float16 cannot hold; `.cannotWrite` when
        ///   the package cannot be written; `.internalFailure` when Core ML refuses it; `.cancelled`.
        public func makeSession(
            for model: NetworkModel, options: SessionOptions
        ) throws(FramegenError) -> sending any InferenceSession {
            try prepare(model, options: options, sessionCount: 1).makeSession()
        }

        /// Compiles `model` once for all sessions; each loads it for itself.
        ///
        /// - Throws: as `makeSession`.
        public func prepare(
            _ model: NetworkModel, options: SessionOptions, sessionCount: Int
        ) throws(FramegenError) -> any PreparedNetwork {
            try prepared(model, options: options)
        }

        /// Says where Core ML means to run the operations of `model`.
        ///
        /// Blocks as `makeSession`.
        ///
        /// - Returns: operations by the unit's name.
        /// - Throws: as `makeSession`.
        package func operationCounts(
            of model: NetworkModel, options: SessionOptions
        ) throws(FramegenError) -> [String: Int] {
            try prepared(model, options: options).operationCounts()
        }

        private func prepared(_ model: NetworkModel, options: SessionOptions) throws(FramegenError) -> CoreMLNetwork {
            try options.check()
            let weights: WeightType
            switch options.precision {
            case .fp16: weights = .fp16
            case .fp32: weights = .fp32
            case .bf16:
                throw FramegenError(.invalidRequest, "Core ML does not compute in bf16, expected fp16 or fp32")
            }
            // Core ML would do so too, in float16.
            let model = model.foldingBatchNormalization()
            if weights == .fp16, let problem = model.halfPrecisionProblem {
                throw FramegenError(.invalidRequest, "\(problem): expected the precision fp32")
            }
            let store = CompiledModelStore(folder: cacheFolder ?? "\(CacheFolder.user)/coreml")
            return try CoreMLNetwork(model, weights: weights, computeUnits: computeUnits, store: store)
        }
    }
#endif
