import Foundation

/// Makes a few frames in both precisions, to see what the faster one costs in quality and saves in time.
package struct PrecisionTrial: Sendable {
    /// The worst of some frames against the same in fp32: their peak signal-to-noise ratios in dB; infinite ones are
    /// `largest`.
    package struct Worst: Sendable, Codable, Equatable {
        /// Of a whole frame.
        package let frame: Double
        /// Of a face's rectangle.
        package let face: Double
        /// Of a mouth's rectangle; the face's where a template's landmarks place no mouth in the image.
        package let mouth: Double

        package init(frame: Double, face: Double, mouth: Double) {
            self.frame = min(frame, Self.largest)
            self.face = min(face, Self.largest)
            self.mouth = min(mouth, Self.largest)
        }

        /// JSON has no infinity.
        private static let largest = 1000.0

        /// Whether each is above what is required of it.
        var holds: Bool {
            frame > PrecisionTrial.requiredPSNR && face > PrecisionTrial.requiredFacePSNR
                && mouth > PrecisionTrial.requiredFacePSNR
        }

        /// Such as `62.1 dB, 52.6 in the face and the mouth`.
        var text: String { "\(Outcome.text(frame)) dB, \(Outcome.text(min(face, mouth))) in the face and the mouth" }
    }

    /// What a trial has found.
    package struct Outcome: Sendable, Codable, Equatable {
        /// The faster precision, such as bf16.
        package let fast: Precision
        /// Of the frames in it, their template part in fp32 where the network is run in parts.
        package let worst: Worst
        /// The same with the template part in it too.
        package let worstWithTemplate: Worst
        /// What the network took for a frame in fp32.
        package let millisecondsInFP32: Double
        /// What the network took for a frame in the faster one.
        package let millisecondsInFast: Double

        /// The fastest precisions that hold the quality.
        package var precision: NetworkPrecision {
            guard worst.holds, millisecondsInFast < millisecondsInFP32 else { return NetworkPrecision(.fp32) }
            return NetworkPrecision(perFrame: fast, template: worstWithTemplate.holds ? fast : .fp32)
        }

        /// Why this precision was chosen, with the figures.
        package var reason: String {
            let times = "\(Self.text(millisecondsInFast)) ms a frame against \(Self.text(millisecondsInFP32)) in fp32"
            if precision.perFrame == fast {
                let chosen = precision.template == fast ? worstWithTemplate : worst
                let template = precision.template == fast ? "" : "; the template's part in fp32"
                return "\(fast) keeps \(chosen.text), and takes \(times)\(template)"
            }
            return worst.holds
                ? "\(fast) is no faster: it takes \(times)"
                : "\(fast) keeps \(worst.text), expected more than \(Self.text(PrecisionTrial.requiredPSNR)) and "
                    + Self.text(PrecisionTrial.requiredFacePSNR)
        }

        package init(
            fast: Precision, worst: Worst, worstWithTemplate: Worst, millisecondsInFP32: Double,
            millisecondsInFast: Double
        ) {
            self.fast = fast
            self.worst = worst
            self.worstWithTemplate = worstWithTemplate
            self.millisecondsInFP32 = millisecondsInFP32
            self.millisecondsInFast = millisecondsInFast
        }

        fileprivate static func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
    }

    /// What a frame in the faster precision must hold against the same in fp32, in dB.
    package static let requiredPSNR = 50.0
    /// What its face and its mouth must hold by themselves, so that no mouth of a speech has less than 45: a few frames do
    /// not show the worst.
    package static let requiredFacePSNR = 48.0
    /// Of what a trial looks at; one of another version says nothing about this one.
    package static let version = 6

    private let exact: AvatarParts
    private let fast: AvatarParts
    private let precision: Precision

    /// A trial of one person.
    ///
    /// - Parameters:
    ///   - exact: with the engine and the audio encoder for fp32.
    ///   - fast: with those for the faster precision.
    ///   - precision: that one.
    package init(exact: AvatarParts, fast: AvatarParts, in precision: Precision) {
        self.exact = exact
        self.fast = fast
        self.precision = precision
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
        var reference = try await frames(exact, NetworkPrecision(.fp32))
        var mixed = try await frames(fast, NetworkPrecision(perFrame: precision, template: .fp32))
        // A network that is run as a whole has no part of the template's.
        let fastest =
            fast.engine.runsNetworksInParts ? try await frames(fast, NetworkPrecision(precision)) : mixed
        // The outcome is remembered for good, and what was slower may have been disturbed by something else.
        if mixed.milliseconds < reference.milliseconds {
            let again = try await frames(exact, NetworkPrecision(.fp32))
            reference.milliseconds = min(reference.milliseconds, again.milliseconds)
        } else {
            let again = try await frames(fast, NetworkPrecision(perFrame: precision, template: .fp32))
            mixed.milliseconds = min(mixed.milliseconds, again.milliseconds)
        }
        return Outcome(
            fast: precision, worst: worst(reference.images, mixed.images),
            worstWithTemplate: worst(reference.images, fastest.images),
            millisecondsInFP32: reference.milliseconds, millisecondsInFast: mixed.milliseconds)
    }

    private func worst(_ exact: [PixelImage], _ fast: [PixelImage]) -> Worst {
        let template = self.exact.template
        let frames = Self.templateIndices(template).map { template.frames[$0] }
        func worst(_ rect: (Template.Frame) -> PixelRect?) -> Double {
            zip(frames, zip(exact, fast)).map { frame, images in
                guard let rect = rect(frame) else { return Self.psnr(images.0, images.1) }
                return Self.psnr(images.0.cropped(to: rect), images.1.cropped(to: rect))
            }.min() ?? 0
        }
        return Worst(
            frame: worst { _ in nil }, face: worst(\.cropRect), mouth: worst { $0.mouthRect ?? $0.cropRect })
    }

    private static func psnr(_ exact: PixelImage, _ fast: PixelImage) -> Double {
        QualityMetrics(comparing: exact, with: fast).peakSignalToNoiseRatio
    }

    /// The frames of a short take, and what the network takes for one when the template is known.
    private func frames(
        _ parts: AvatarParts, _ precision: NetworkPrecision
    ) async throws(FramegenError) -> (images: [PixelImage], milliseconds: Double) {
        var parts = parts
        parts.precision = precision
        parts.threads = ThreadBudget(threadCount: 1)
        parts.store = nil
        parts.walk = .whole
        parts.expectedFrameCount = nil
        let avatar = try await Avatar(parts)
        var images: [PixelImage] = []
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
    ///
    /// The mouth is open for a vowel and shuts for the silence after it, which is where precision matters most. Of 24
    /// frames of the demo with an audio encoder in bf16 the worst is among them.
    static let frames = 10..<15
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

    /// Two vowels, a hiss and silence, a sixth of a second each, one after the other without a pause.
    private actor Voice: SoundSource {
        let name = "the trial's voice"
        let trackFormat = SoundTrackFormat(sampleRate: sampleRate, channelCount: 1)
        let expectedSpeechSampleCount: Int? = sampleRate
        private var isDone = false

        func nextPiece() -> SoundPiece? {
            guard !isDone else { return nil }
            isDone = true
            let open = Self.vowel([(800, 90), (1200, 110), (2500, 150)], loudness: 0.6)
            let spread = Self.vowel([(300, 60), (2300, 120), (3000, 150)], loudness: 0.5)
            let samples = (0..<sampleRate).map { index -> Float in
                let sound: Float
                switch index * 6 / sampleRate {
                case 0, 4: sound = open[index]
                case 2: sound = spread[index]
                case 1, 5: sound = 0.1 * (noise(index) - noise(index - 1))
                default: sound = 0
                }
                return sound + 0.003 * noise(index)
            }
            return SoundPiece(speech: samples, track: samples)
        }

        /// Harmonics of 120 Hz, the louder the nearer they are to a formant.
        private static func vowel(
            _ formants: [(frequency: Double, width: Double)], loudness: Double
        ) -> [Float] {
            let harmonics = (1...40).map { number -> (frequency: Double, amplitude: Double) in
                let frequency = 120 * Double(number)
                let amplitudes = formants.map { 1 / (1 + pow((frequency - $0.frequency) / $0.width, 2)) }
                return (frequency, amplitudes.reduce(0, +))
            }
            let samples = (0..<sampleRate).map { index in
                let time = Double(index) / Double(sampleRate)
                return harmonics.reduce(0) { $0 + $1.amplitude * sin(2 * .pi * $1.frequency * time) }
            }
            let largest = samples.map(abs).max() ?? 1
            return samples.map { Float(loudness * $0 / largest) }
        }
    }
}
