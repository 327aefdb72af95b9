import Foundation

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

    private let exact: AvatarParts
    private let fast: AvatarParts

    /// A trial of one person.
    ///
    /// - Parameters:
    ///   - exact: with the engine and the audio encoder for fp32.
    ///   - fast: with those for bf16.
    package init(exact: AvatarParts, fast: AvatarParts) {
        self.exact = exact
        self.fast = fast
    }

    /// Whether an engine computes in `precision` on this machine, which is tried.
    package static func isSupported(_ precision: Precision, by engine: any InferenceEngine) -> Bool {
        // Whatever it is that keeps the engine from it, it cannot be had.
        engine.computesAnyNetwork && (try? EngineTrial.run(engine, in: precision)) != nil
    }

    /// The template's frames that a trial shows.
    package static func templateIndices(_ template: Template) -> [Int] {
        CannedSpeech.frames.map(PingPong(count: template.frames.count).index(at:))
    }

    /// Makes the frames in all precisions and compares them.
    ///
    /// - Returns: what the trial has found.
    /// - Throws: what the engines and the decoder throw.
    package func run() async throws(FramegenError) -> Outcome {
        let reference = try await frames(exact, NetworkPrecision(.fp32))
        let mixed = try await frames(fast, NetworkPrecision(perFrame: .bf16, template: .fp32))
        let fastest = try await frames(fast, NetworkPrecision(.bf16))
        return Outcome(
            worstPSNR: Self.worstPSNR(reference.images, mixed.images),
            worstPSNRWithTemplate: Self.worstPSNR(reference.images, fastest.images),
            millisecondsInFP32: reference.milliseconds, millisecondsInBF16: mixed.milliseconds)
    }

    private static func worstPSNR(_ exact: [Image], _ fast: [Image]) -> Double {
        zip(exact, fast).map { QualityMetrics(comparing: $0, with: $1).peakSignalToNoiseRatio }.min() ?? 0
    }

    /// The frames of a short take, and what the network takes for one when the template is known.
    private func frames(
        _ parts: AvatarParts, _ precision: NetworkPrecision
    ) async throws(FramegenError) -> (images: [Image], milliseconds: Double) {
        var parts = parts
        parts.precision = precision
        parts.threads = ThreadBudget(threadCount: 1)
        parts.store = nil
        parts.walk = .whole
        parts.expectedFrameCount = nil
        let avatar = try await Avatar(parts)
        var images: [Image] = []
        var shortest = Duration.seconds(Int64.max)
        // The first take is slower: it prepares the template's frames and wakes the engine.
        for _ in 0..<2 {
            let take = avatar.speak(CannedSpeech.speech(for: avatar), settings: CannedSpeech.settings)
            images = []
            for try await frame in take.frames { images.append(frame.makeImage()) }
            shortest = min(shortest, take.times.busy(.infer) / max(images.count, 1))
        }
        return (images, shortest / .milliseconds(1))
    }
}

/// What an avatar says when it is tried out: a second of something like a voice, or features like those of one.
private enum CannedSpeech {
    /// Frames of it that are looked at.
    static let frames = 12..<15
    private static let sampleRate = 16_000

    static let settings: TakeSettings = {
        var settings = TakeSettings()
        settings.frameLimit = frames.upperBound
        settings.firstFrame = frames.lowerBound
        return settings
    }()

    static func speech(for avatar: Avatar) -> Speech {
        guard avatar.speechEncoder == nil else { return .source(Voice()) }
        let rowSize = avatar.generator.features.rowShape.reduce(1, *)
        let count = avatar.generator.features.rowsPerSecond * rowSize
        let rows = Tensor(
            shape: [avatar.generator.features.rowsPerSecond] + avatar.generator.features.rowShape,
            values: (0..<count).map { noise($0) })
        return .rows(FeatureRows(rows))
    }

    /// −1…1, always the same for an index.
    private static func noise(_ index: Int) -> Float {
        var bits = UInt32(truncatingIfNeeded: index) &* 2_654_435_761
        bits ^= bits >> 15
        bits = bits &* 2_246_822_519
        bits ^= bits >> 13
        return Float(bits) / Float(UInt32.max) * 2 - 1
    }

    /// Harmonics of 120 Hz that grow weaker, four syllables a second, and a little noise.
    private actor Voice: SoundSource {
        let name = "the trial's voice"
        let trackFormat = SoundTrackFormat(sampleRate: sampleRate, channelCount: 1)
        let expectedSpeechSampleCount: Int? = sampleRate
        private var isDone = false

        func nextPiece() -> SoundPiece? {
            guard !isDone else { return nil }
            isDone = true
            let samples = (0..<sampleRate).map { index -> Float in
                let time = Double(index) / Double(sampleRate)
                let harmonics = (1...25).reduce(0.0) { $0 + sin(2 * .pi * 120 * Double($1) * time) / Double($1) }
                let loudness = 0.5 - 0.5 * cos(2 * .pi * 4 * time)
                return Float(0.3 * loudness * harmonics) + 0.01 * noise(index)
            }
            return SoundPiece(speech: samples, track: samples)
        }
    }
}
