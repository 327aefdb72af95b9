import Synchronization

/// Runs an avatar's networks for one frame at a time, with sessions of its own on a thread of its own.
actor InferenceWorker {
    private let session: any InferenceSession
    private let templatePart: TemplatePart?
    private let cutter: FaceCutter
    private let executor = StageExecutor(name: "infer")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - network: run for every frame.
    ///   - templateNetwork: run where a template frame's values are not there yet; nil where there are none.
    ///   - cutter: makes the networks' input of a face.
    /// - Throws: what the engine throws.
    init(
        _ network: any PreparedNetwork, templateNetwork: TemplateNetwork?, cutter: FaceCutter
    ) throws(FramegenError) {
        session = try network.makeSession()
        templatePart = templateNetwork.map { TemplatePart($0, cutter: cutter) }
        self.cutter = cutter
    }

    /// - Throws: `.cancelled`, `.internalFailure` when the engine returns something else than a face, and what it throws.
    func infer(_ frame: CutFrame, readsFace: Bool, _ times: StageTimes) throws(FramegenError) -> InferredFrame {
        try Task.checkNotCancelled()
        let start = ContinuousClock.now
        defer { times.add(.infer, since: start) }
        let kept = try keptValues(of: frame.prepared, times)
        let inputs = (readsFace ? [cutter.networkInput(for: frame.prepared.faceCrop)] : []) + [frame.audioWindow]
        guard let face = try session.run(kept, inputs).first else {
            throw FramegenError(.internalFailure, "the engine returned no output")
        }
        let side = cutter.recipe.networkSide
        guard face.shape == [1, PixelImage.channels, side, side] else {
            throw FramegenError(
                .internalFailure, "the engine returned \(face.shape), expected a face of \(side)×\(side)")
        }
        return InferredFrame(cut: frame, face: face)
    }

    private func keptValues(
        of frame: PreparedFrame, _ times: StageTimes
    ) throws(FramegenError) -> [BFloat16Tensor] {
        guard let templatePart else { return [] }
        let result = try frame.keptValues { () throws(FramegenError) in
            let (values, wereStored) = try templatePart.values(for: frame.faceCrop)
            if wereStored { times.countStoredValues() }
            return values
        }
        // Another run of the network may have come between.
        try Task.checkNotCancelled()
        return result
    }
}

/// The part of the network that depends on template frames alone: computes the values that are kept, or has them from
/// where an earlier program stored them.
final class TemplatePart {
    private let network: TemplateNetwork
    private let cutter: FaceCutter
    private var session: (any InferenceSession)?

    init(_ network: TemplateNetwork, cutter: FaceCutter) {
        self.network = network
        self.cutter = cutter
    }

    /// The values for a face crop, and whether they were stored.
    ///
    /// - Throws: what the engine throws.
    func values(for faceCrop: PixelImage) throws(FramegenError) -> (values: [BFloat16Tensor], wereStored: Bool) {
        if let values = network.storedValues(for: faceCrop) { return (values, true) }
        let session: any InferenceSession
        if let ready = self.session { session = ready } else { session = try network.makeSession() }
        self.session = session
        let outputs = try session.run([cutter.networkInput(for: faceCrop)])
        let values = outputs.map(BFloat16Tensor.init(rounding:))
        network.store(values, for: faceCrop)
        return (values, false)
    }
}

/// What the workers' template parts share: the compiled network, made when a value is first missing, which may never be
/// where they are stored on disk.
final class TemplateNetwork: Sendable {
    /// Workers come at once, and a store is for one at a time.
    private let store: Mutex<(any KeptValueStoring)?>
    private let prepare: @Sendable () throws(FramegenError) -> any PreparedNetwork
    private let prepared = OnceValue<any PreparedNetwork>()

    init(
        store: (any KeptValueStoring)?, prepare: @escaping @Sendable () throws(FramegenError) -> any PreparedNetwork
    ) {
        self.store = Mutex(store)
        self.prepare = prepare
    }

    /// What is stored for a face crop; nil for nothing.
    func storedValues(for faceCrop: PixelImage) -> [BFloat16Tensor]? {
        store.withLock { $0?.values(for: faceCrop) }
    }

    /// Stores what was computed for a face crop, where there is a store.
    func store(_ values: [BFloat16Tensor], for faceCrop: PixelImage) {
        store.withLock { $0?.store(values, for: faceCrop) }
    }

    /// - Throws: what the engine throws.
    func makeSession() throws(FramegenError) -> any InferenceSession {
        try prepared.value(prepare).makeSession()
    }
}
