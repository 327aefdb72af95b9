import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Trying out a precision")
struct PrecisionTrialTests {
    /// Gives grey faces, and computes small networks: in bf16 brighter ones, by as many steps of a byte as it is told.
    private struct BrighteningEngine: InferenceEngine {
        let name = "brightening"
        let computesAnyNetwork = true
        let steps: Float
        var computesBF16 = true

        func makeSession(
            for model: NetworkModel, options: SessionOptions
        ) throws(FramegenError) -> sending any InferenceSession {
            guard options.precision == .fp32 || computesBF16 else { throw FramegenError(.invalidRequest, "no bf16") }
            let network = model.network
            // What is small enough to be a trial is computed.
            if network.nodes.count < 5 {
                return try ReferenceEngine().makeSession(for: model, options: SessionOptions(threads: 1))
            }
            let shapes = network.outputs.compactMap { name in network.nodes.first { $0.name == name }?.shape }
            return Session(shapes: shapes, value: 0.5 + (options.precision == .bf16 ? steps / 255 : 0))
        }

        private final class Session: InferenceSession {
            let shapes: [[Int]]
            let value: Float

            init(shapes: [[Int]], value: Float) {
                self.shapes = shapes
                self.value = value
            }

            func run(_ inputs: [Tensor]) -> [Tensor] {
                shapes.map { Tensor(shape: $0, values: [Float](repeating: value, count: $0.reduce(1, *))) }
            }
        }
    }

    private func worst(steps: Float, templateCache: Int = 1 << 30) async throws -> PrecisionTrial.Worst {
        let folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        var parts = AvatarParts(
            generator: .ultralight160Hubert, model: try .zeros(for: .ultralight160Hubert), template: try folder.open(),
            engine: BrighteningEngine(steps: 0, computesBF16: false), platform: .test())
        parts.templateCacheInBytes = templateCache
        // What a trial does not want of an avatar.
        parts.walk = .frames(2...2)
        parts.expectedFrameCount = 1
        parts.precision = NetworkPrecision(.bf16)
        var fast = parts
        fast.engine = BrighteningEngine(steps: steps)
        return try await PrecisionTrial(exact: parts, fast: fast, in: .bf16).run().worst
    }

    @Test("measures the finished frames, with what is kept and without", arguments: [0, 1 << 30])
    func quality(templateCache: Int) async throws {
        #expect(try await worst(steps: 0, templateCache: templateCache).frame >= 1000)
        let (one, ten) = (
            try await worst(steps: 1, templateCache: templateCache),
            try await worst(steps: 10, templateCache: templateCache)
        )
        // Ten times the difference is 20 dB; the face covers part of the frame, and differs throughout but at its edge.
        #expect(abs(one.frame - ten.frame - 20) < 0.5 && abs(one.face - ten.face - 20) < 0.5)
        #expect(one.frame > one.face && one.face > 48.1 && one.frame > 48.1)
    }

    @Test("speaks with the avatar's own audio encoders, where it has some")
    func ownEncoders() async throws {
        let folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let loads = Counter()
        var parts = AvatarParts(
            generator: .syncTalk160AVE, model: try .zeros(for: .syncTalk160AVE), template: try folder.open(),
            engine: BrighteningEngine(steps: 0), platform: .test())
        parts.speechEncoder = .test(engine: MeanEngine()) { loads.add() }
        var fast = parts
        fast.speechEncoder = .test(engine: MeanEngine()) { loads.add() }
        #expect(try await PrecisionTrial(exact: parts, fast: fast, in: .bf16).run().worst.frame >= 1000)
        // Each is loaded once, and heard in both precisions of the fast one's trial.
        #expect(loads.count == 2)
    }

    @Test("shows the template's frames that it says")
    func templateIndices() async throws {
        let folder = try TemplateFolder(images: Array(0..<40), landmarks: Array(0..<40))
        let read = Mutex<Set<String>>([])
        struct Decoder: ImageDecoding {
            let onDecode: @Sendable (String) -> Void
            func size(ofImageAt path: String) throws(FramegenError) -> ImageSize {
                try TextImageDecoder().size(ofImageAt: path)
            }
            func decodeImage(at path: String) throws(FramegenError) -> PixelImage {
                onDecode(path)
                return try TextImageDecoder().decodeImage(at: path)
            }
        }
        let template = try folder.open()
        let parts = AvatarParts(
            generator: .ultralight160Hubert, model: try .zeros(for: .ultralight160Hubert), template: template,
            engine: BrighteningEngine(steps: 0),
            platform: .test(imageDecoder: Decoder { path in read.withLock { _ = $0.insert(path) } }))
        _ = try await PrecisionTrial(exact: parts, fast: parts, in: .bf16).run()
        let expected = PrecisionTrial.templateIndices(template).map { template.frames[$0].imagePath }
        #expect(read.withLock { $0 } == Set(expected) && expected.count == 5)
    }

    @Test("bf16 is taken where it is faster and stays above 50 dB, and above 48 in the face and the mouth")
    func choice() {
        func precision(
            _ psnr: Double, _ fp32: Double, _ bf16: Double, template: Double? = nil, face: Double = 60,
            mouth: Double = 60
        ) -> NetworkPrecision {
            func worst(_ frame: Double) -> PrecisionTrial.Worst { .init(frame: frame, face: face, mouth: mouth) }
            return PrecisionTrial.Outcome(
                fast: .bf16, worst: worst(psnr), worstWithTemplate: worst(template ?? psnr),
                millisecondsInFP32: fp32, millisecondsInFast: bf16
            ).precision
        }
        #expect(precision(60, 80, 40) == NetworkPrecision(.bf16))
        #expect(precision(60, 80, 40, template: 50) == NetworkPrecision(perFrame: .bf16, template: .fp32))
        #expect(precision(50, 80, 40, template: 60) == NetworkPrecision(.fp32))
        #expect(precision(60, 40, 80) == NetworkPrecision(.fp32))
        #expect(precision(60, 80, 40, face: 48) == NetworkPrecision(.fp32))
        #expect(precision(60, 80, 40, mouth: 48) == NetworkPrecision(.fp32))
        #expect(precision(.infinity, 80, 40) == NetworkPrecision(.bf16))
    }

    @Test("an engine is asked whether it has a precision")
    func support() {
        #expect(PrecisionTrial.isSupported(.bf16, by: BrighteningEngine(steps: 0)))
        #expect(!PrecisionTrial.isSupported(.bf16, by: BrighteningEngine(steps: 0, computesBF16: false)))
        #expect(!PrecisionTrial.isSupported(.bf16, by: ReferenceEngine()))
        #expect(PrecisionTrial.isSupported(.fp32, by: ReferenceEngine()))
        #expect(!PrecisionTrial.isSupported(.bf16, by: PassThroughEngine()))
    }
}
