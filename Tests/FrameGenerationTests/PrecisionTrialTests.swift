import FrameGeneration
import TestSupport
import Testing

@Suite("Trying out a precision")
struct PrecisionTrialTests {
    /// Gives grey faces, and computes small networks: in bf16 brighter ones, by as many steps of a byte as it is told.
    private struct BrighteningEngine: InferenceEngine {
        let name = "brightening"
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

    private func worstPSNR(steps: Float, rowCount: Int = 40, templateCache: Int = 1 << 30) async throws -> Double {
        let folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let generator = Generator.ultralight160Hubert
        let trial = PrecisionTrial(
            generator: generator, model: try .zeros(for: generator), template: try folder.open(),
            decoder: TextImageDecoder(), startFrame: 0, templateCacheInBytes: templateCache)
        let rows = FeatureRows(Tensor(zeros: [rowCount] + generator.features.rowShape))
        let windows = try await trial.windows(of: rows)
        #expect(windows.count == PrecisionTrial.rows.count { $0 < rowCount })
        return try trial.run(
            exactEngine: BrighteningEngine(steps: 0, computesBF16: false), exactWindows: windows,
            fastEngine: BrighteningEngine(steps: steps), fastWindows: windows
        ).worstPSNR
    }

    @Test("measures the finished frames, with what is kept and without", arguments: [0, 1 << 30])
    func quality(templateCache: Int) async throws {
        #expect(try await worstPSNR(steps: 0, templateCache: templateCache) >= 1000)
        let (one, ten) = (
            try await worstPSNR(steps: 1, templateCache: templateCache),
            try await worstPSNR(steps: 10, templateCache: templateCache)
        )
        // Ten times the difference is 20 dB; the face covers part of the frame, so one step costs less than 48.1 dB.
        #expect(one > 48.1 && abs(one - ten - 20) < 0.5)
    }

    @Test("does with fewer rows than it would like, and says so when there is none")
    func fewRows() async throws {
        #expect(try await worstPSNR(steps: 0, rowCount: 10) >= 1000)
        let error = await #expect(throws: FramegenError.self) { try await worstPSNR(steps: 0, rowCount: 5) }
        #expect(error?.code == .invalidData)
    }

    @Test("bf16 is taken where it is faster and stays above 50 dB")
    func choice() {
        func precision(_ psnr: Double, _ fp32: Double, _ bf16: Double, template: Double? = nil) -> NetworkPrecision {
            PrecisionTrial.Outcome(
                worstPSNR: psnr, worstPSNRWithTemplate: template ?? psnr, millisecondsInFP32: fp32,
                millisecondsInBF16: bf16
            ).precision
        }
        #expect(precision(60, 80, 40) == NetworkPrecision(.bf16))
        #expect(precision(60, 80, 40, template: 50) == NetworkPrecision(perFrame: .bf16, template: .fp32))
        #expect(precision(50, 80, 40, template: 60) == NetworkPrecision(.fp32))
        #expect(precision(60, 40, 80) == NetworkPrecision(.fp32))
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
