/// Makes a few frames in both precisions, to see what the faster one costs in quality and saves in time.
package struct PrecisionTrial: Sendable {
    /// What a trial has found.
    package struct Outcome: Sendable, Codable, Equatable {
        /// Of the worst frame in bf16 against the same in fp32, in dB; infinite is written as `largestPSNR`.
        package let worstPSNR: Double
        /// What the network took for a frame in fp32.
        package let millisecondsInFP32: Double
        /// What the network took for a frame in bf16.
        package let millisecondsInBF16: Double

        /// The faster precision that holds the quality.
        package var precision: Precision {
            worstPSNR > PrecisionTrial.requiredPSNR && millisecondsInBF16 < millisecondsInFP32 ? .bf16 : .fp32
        }

        package init(worstPSNR: Double, millisecondsInFP32: Double, millisecondsInBF16: Double) {
            self.worstPSNR = min(worstPSNR, Self.largestPSNR)
            self.millisecondsInFP32 = millisecondsInFP32
            self.millisecondsInBF16 = millisecondsInBF16
        }

        /// JSON has no infinity.
        private static let largestPSNR = 1000.0
    }

    /// What a frame in bf16 must hold against the same in fp32, in dB.
    package static let requiredPSNR = 50.0
    /// Rows of features, counted from 0, whose frames are made.
    package static let rows = [8, 19, 30]

    private let generator: Generator
    private let model: NetworkModel
    private let template: Template
    private let decoder: any ImageDecoding
    private let templateIndices: [Int]
    private let templateCacheInBytes: Int

    /// - Parameters: as those of `FramePipeline`.
    package init(
        generator: Generator, model: NetworkModel, template: Template, decoder: any ImageDecoding, startFrame: Int,
        templateCacheInBytes: Int
    ) {
        self.generator = generator
        self.model = model
        self.template = template
        self.decoder = decoder
        self.templateCacheInBytes = templateCacheInBytes
        templateIndices = Self.templateIndices(template, startFrame: startFrame)
    }

    /// The template's frames that a trial uses.
    ///
    /// - Precondition: The start frame is one of the template's.
    package static func templateIndices(_ template: Template, startFrame: Int) -> [Int] {
        rows.map(PingPong(count: template.frames.count, start: startFrame).index)
    }

    /// Whether an engine computes in `precision` at all on this machine.
    package static func isSupported(_ precision: Precision, by engine: any InferenceEngine) -> Bool {
        guard engine.computesAnyNetwork else { return false }
        var build = NetworkBuilder()
        let input = build.input("input", shape: [1, 1, 4, 4])
        let network = build.network(returning: build.convolution("output", input, to: 1))
        let weights = network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) }
        let options = SessionOptions(threads: 1, precision: precision)
        // Whatever it is that keeps the engine from it, it cannot be had.
        guard let model = try? NetworkModel(network: network, weights: Dictionary(uniqueKeysWithValues: weights)),
            (try? engine.makeSession(for: model, options: options)) != nil
        else { return false }
        return true
    }

    /// The windows of features around the trial's rows, as far as there are so many.
    ///
    /// - Parameter features: a source that is read for this alone.
    /// - Returns: up to as many windows as `rows`, at least one.
    /// - Throws: what the source throws, and `.invalidData` where it has no such row.
    package func windows(of features: any FeatureSource) async throws(FramegenError) -> [Tensor] {
        var windows = try AudioWindows(features, for: generator)
        var result: [Tensor] = []
        var row = 0
        while result.count < Self.rows.count, let window = try await windows.window(around: row) {
            if row == Self.rows[result.count] { result.append(window) }
            row += 1
        }
        guard !result.isEmpty else {
            throw FramegenError(
                .invalidData, "\(features.name) has \(row) rows of features, expected more than \(Self.rows[0])")
        }
        return result
    }

    /// Makes the frames and compares them, on the calling thread.
    ///
    /// - Parameters:
    ///   - exactEngine: runs the network in fp32.
    ///   - exactWindows: of features that were made in fp32.
    ///   - fastEngine: runs the network in bf16.
    ///   - fastWindows: of the same features, made in bf16.
    /// - Returns: what the trial has found.
    /// - Throws: what the engines and the decoder throw.
    package func run(
        exactEngine: any InferenceEngine, exactWindows: [Tensor], fastEngine: any InferenceEngine, fastWindows: [Tensor]
    ) throws(FramegenError) -> Outcome {
        let exact = try frames(.fp32, on: exactEngine, exactWindows)
        let fast = try frames(.bf16, on: fastEngine, fastWindows)
        let qualities = zip(exact.images, fast.images).map { QualityMetrics(comparing: $0, with: $1) }
        return Outcome(
            worstPSNR: qualities.map(\.peakSignalToNoiseRatio).min() ?? 0,
            millisecondsInFP32: exact.milliseconds, millisecondsInBF16: fast.milliseconds)
    }

    private func frames(
        _ precision: Precision, on engine: any InferenceEngine, _ windows: [Tensor]
    ) throws(FramegenError) -> (images: [Image], milliseconds: Double) {
        let plan = try NetworkPlan(
            for: model, of: generator, on: engine, template: template,
            templateCacheInBytes: templateCacheInBytes, precision: precision)
        let (composer, compositor) = (Composer(recipe: generator.face), Compositor(recipe: generator.face))
        let templateSession = try plan.template.map { model throws(FramegenError) in
            try engine.makeSession(for: model, options: SessionOptions(threads: 1))
        }
        var options = SessionOptions(threads: 1, precision: precision)
        options.bfloat16InputCount = plan.keptCount
        let session = try engine.makeSession(for: plan.frame, options: options)
        var images: [Image] = []
        var shortest = Duration.seconds(Int64.max)
        for (index, window) in zip(templateIndices, windows) {
            try Task.checkNotCancelled()
            let frame = template.frames[index]
            var image = try decoder.decodeImage(at: frame.imagePath)
            let parsing = try frame.parsingPath.map { path throws(FramegenError) in try decoder.decodeImage(at: path) }
            let faceCrop = composer.faceCrop(of: image, frame.cropRect)
            let input = composer.networkInput(for: faceCrop)
            let kept = try templateSession?.run([input]).map(BFloat16Tensor.init(rounding:)) ?? []
            let inputs = (plan.readsFace ? [input] : []) + [window]
            // The first run is slower.
            _ = try session.run(kept, inputs)
            let start = ContinuousClock.now
            guard let output = try session.run(kept, inputs).first else {
                throw FramegenError(.internalFailure, "the engine returned no output")
            }
            shortest = min(shortest, start.duration(to: .now))
            let face = compositor.face(output, faceCrop: faceCrop, in: image, at: frame.cropRect, parsing: parsing)
            image.paste(face, x: frame.cropRect.x, y: frame.cropRect.y)
            images.append(image)
        }
        return (images, shortest / .milliseconds(1))
    }
}
