/// How a generator's network is run for every frame: as a whole, or in two parts, of which the one that depends on the
/// template frame alone is run once for each and its values are kept.
struct NetworkPlan: Sendable {
    /// Computes what is kept for a template frame; nil when the network is run as a whole.
    let template: NetworkModel?
    /// Run for each frame; reads what is kept, then, where it needs it, the face, then the window of features.
    let frame: NetworkModel
    /// Whether `frame` reads the face too.
    let readsFace: Bool
    /// Values that `template` gives, which are kept in bfloat16: the first inputs of `frame`.
    let keptCount: Int

    /// What a value inside the network may take without going through memory.
    ///
    /// 16 channels of 320×320 in float32, in the cache that the sessions share. Two sessions of OpenVINO side by side took
    /// 80 ms a frame for the 328 generator's speech part without it, 55 to 58 with it, as long or longer with double it, and
    /// 75 to 82 with half (fp32, 32 MB of last-level cache). ONNX Runtime took 85 ms with it and 88 without on one thread,
    /// and 46 either way for two sessions.
    private static let cachedBytes = 16 * 320 * 320 * MemoryLayout<Float>.stride

    /// The plan for a template and a budget; with a budget of 0, or an engine that knows whole generators only, the
    /// network is run as a whole.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when the network has no input `audio`.
    init(
        for model: NetworkModel, of generator: Generator, on engine: any InferenceEngine, template: Template,
        templateCacheInBytes budget: Int, precision: Precision
    ) throws(FramegenError) {
        guard budget > 0, engine.computesAnyNetwork else {
            self.init(whole: model)
            return
        }
        let (side, size) = (generator.face.cropSide, template.imageSize)
        let imageCount = template.frames.contains { $0.parsingPath != nil } ? 2 : 1
        // The picture of a video too, even where there is none: what is stored on disk serves runs of either kind.
        let pictureBytes =
            (imageCount * size.width * size.height + side * side) * Image.channels + PlanarPicture.byteCount(of: size)
        try self.init(
            splitting: model, budgetInBytes: budget, pictureBytes: pictureBytes, frameCount: template.frames.count,
            precision: precision)
    }

    /// The network as a whole.
    private init(whole model: NetworkModel) {
        template = nil
        frame = model
        readsFace = true
        keptCount = 0
    }

    /// The network in two parts, of which as much is kept as the budget holds for the whole template, and at least the
    /// values in which the encoder hands over.
    ///
    /// - Parameters:
    ///   - model: the generator's network.
    ///   - budgetInBytes: for what is kept of all template frames together.
    ///   - pictureBytes: what else is kept of each.
    ///   - frameCount: template frames.
    ///   - precision: the arithmetic of `frame`.
    /// - Throws: `FramegenError` with `.invalidRequest` when the network has no input `audio`.
    private init(
        splitting model: NetworkModel, budgetInBytes: Int, pictureBytes: Int, frameCount: Int, precision: Precision
    ) throws(FramegenError) {
        let simplified = model.simplified()
        var parts = try simplified.split(at: "audio", keeping: ConditioningPolicy.byMemory[0])
        for policy in ConditioningPolicy.byMemory.dropFirst() {
            let next = try simplified.split(at: "audio", keeping: policy)
            let bytes = (pictureBytes + next.keptElements * MemoryLayout<UInt16>.stride).multipliedReportingOverflow(
                by: frameCount)
            guard !bytes.overflow, bytes.partialValue <= budgetInBytes else { break }
            parts = next
        }
        template = parts.template
        frame = parts.speech.splittingHiddenChannels(above: Self.cachedBytes / precision.bytesPerValue)
        readsFace = parts.speech.network.inputs.count == parts.keptValues.count + 2
        keptCount = parts.keptValues.count
    }
}

extension ConditioningPolicy {
    /// From the least memory a template frame to the most.
    ///
    /// Values of 320 rows are computed anew: they alone would take more memory than all the others.
    static let byMemory = [0, 10, 20, 40, 80, 160].map {
        ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: $0)
    }
}

extension Precision {
    fileprivate var bytesPerValue: Int {
        switch self {
        case .fp32: MemoryLayout<Float>.stride
        case .bf16: MemoryLayout<UInt16>.stride
        }
    }
}
