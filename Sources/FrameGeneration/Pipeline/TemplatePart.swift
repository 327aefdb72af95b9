/// The part of the network that depends on template frames alone: computes the values that are kept, or has them from
/// where an earlier run stored them.
struct TemplatePart {
    private let engine: any InferenceEngine
    private let options: SessionOptions
    private let composer: Composer
    private let store: (any KeptValueStoring)?
    /// Let go for a session, which has weights of its own.
    private var model: NetworkModel?
    private var session: (any InferenceSession)?

    /// Prepares `engine`; with a store only when a value is missing there, which may never be.
    ///
    /// - Throws: what the engine throws.
    init(
        _ model: NetworkModel, on engine: any InferenceEngine, options: SessionOptions, composer: Composer,
        store: (any KeptValueStoring)?
    ) throws(FramegenError) {
        self.engine = engine
        self.options = options
        self.composer = composer
        self.store = store
        self.model = model
        if let store {
            store.prepare(for: KeptValueSource(model: model, face: composer.recipe, precision: options.precision))
        } else {
            try makeSession()
        }
    }

    /// The values for a face crop, and whether they were stored.
    ///
    /// - Throws: `.cancelled`, and what the engine throws.
    mutating func values(for faceCrop: Image) throws(FramegenError) -> (values: [BFloat16Tensor], wereStored: Bool) {
        try Task.checkNotCancelled()
        if let values = store?.values(for: faceCrop) { return (values, true) }
        try makeSession()
        let outputs = try session?.run([composer.networkInput(for: faceCrop)]) ?? []
        let values = outputs.map(BFloat16Tensor.init(rounding:))
        store?.store(values, for: faceCrop)
        return (values, false)
    }

    private mutating func makeSession() throws(FramegenError) {
        guard let model else { return }
        session = try engine.makeSession(for: model, options: options)
        self.model = nil
    }
}
