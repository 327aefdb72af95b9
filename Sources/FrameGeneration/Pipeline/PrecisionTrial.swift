/// Makes a few frames in both precisions, to see what the faster one costs in quality and saves in time.
package struct PrecisionTrial: Sendable {
    /// What a trial has found.
    package struct Outcome: Sendable, Codable, Equatable {
        /// Of the worst frame in bf16, its template part in fp32, against the same in fp32, in dB; infinite is written as
        /// `largestPSNR`.
        package let worstPSNR: Double
        /// The same with the template part in bf16 too.
        package let worstPSNRWithTemplate: Double
        /// What the network took for a frame in fp32.
        package let millisecondsInFP32: Double
        /// What the network took for a frame in bf16.
        package let millisecondsInBF16: Double

        /// The fastest precisions that hold the quality.
        package var precision: NetworkPrecision {
            guard worstPSNR > PrecisionTrial.requiredPSNR, millisecondsInBF16 < millisecondsInFP32 else {
                return NetworkPrecision(.fp32)
            }
            return NetworkPrecision(
                perFrame: .bf16, template: worstPSNRWithTemplate > PrecisionTrial.requiredPSNR ? .bf16 : .fp32)
        }

        /// Why this precision was chosen, with the figures.
        package var reason: String {
            let times = "\(Self.text(millisecondsInBF16)) ms a frame against \(Self.text(millisecondsInFP32)) in fp32"
            if precision.perFrame == .bf16 {
                let psnr = precision.template == .bf16 ? worstPSNRWithTemplate : worstPSNR
                let template = precision.template == .bf16 ? "" : "; the template's part in fp32"
                return "bf16 keeps \(Self.text(psnr)) dB and takes \(times)\(template)"
            }
            return worstPSNR > PrecisionTrial.requiredPSNR
                ? "bf16 is no faster: it takes \(times)"
                : "bf16 keeps \(Self.text(worstPSNR)) dB, expected more than \(Self.text(PrecisionTrial.requiredPSNR))"
        }

        package init(
            worstPSNR: Double, worstPSNRWithTemplate: Double, millisecondsInFP32: Double, millisecondsInBF16: Double
        ) {
            self.worstPSNR = min(worstPSNR, Self.largestPSNR)
            self.worstPSNRWithTemplate = min(worstPSNRWithTemplate, Self.largestPSNR)
            self.millisecondsInFP32 = millisecondsInFP32
            self.millisecondsInBF16 = millisecondsInBF16
        }

        /// JSON has no infinity.
        private static let largestPSNR = 1000.0

        private static func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
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

    /// Whether an engine computes in `precision` on this machine, which is tried.
    package static func isSupported(_ precision: Precision, by engine: any InferenceEngine) -> Bool {
        // Whatever it is that keeps the engine from it, it cannot be had.
        engine.computesAnyNetwork && (try? EngineTrial.run(engine, in: precision)) != nil
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
        let exact = try frames(NetworkPrecision(.fp32), on: exactEngine, exactWindows)
        let fast = try frames(NetworkPrecision(perFrame: .bf16, template: .fp32), on: fastEngine, fastWindows)
        let fastest = try frames(NetworkPrecision(.bf16), on: fastEngine, fastWindows)
        return Outcome(
            worstPSNR: Self.worstPSNR(exact.images, fast.images),
            worstPSNRWithTemplate: Self.worstPSNR(exact.images, fastest.images),
            millisecondsInFP32: exact.milliseconds, millisecondsInBF16: fast.milliseconds)
    }

    private static func worstPSNR(_ exact: [Image], _ fast: [Image]) -> Double {
        zip(exact, fast).map { QualityMetrics(comparing: $0, with: $1).peakSignalToNoiseRatio }.min() ?? 0
    }

    private func frames(
        _ precision: NetworkPrecision, on engine: any InferenceEngine, _ windows: [Tensor]
    ) throws(FramegenError) -> (images: [Image], milliseconds: Double) {
        let plan = try NetworkPlan(
            for: model, of: generator, on: engine, template: template,
            templateCacheInBytes: templateCacheInBytes, precision: precision.perFrame)
        let (composer, compositor) = (Composer(recipe: generator.face), Compositor(recipe: generator.face))
        let templateSession = try plan.template.map { model throws(FramegenError) in
            try engine.makeSession(for: model, options: SessionOptions(threads: 1, precision: precision.template))
        }
        var options = SessionOptions(threads: 1, precision: precision.perFrame)
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
