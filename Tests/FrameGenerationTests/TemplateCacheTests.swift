import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("What is kept of a template")
struct TemplateCacheTests {
    /// Frames of the smallest generator with hash weights, and how often template frames were there already.
    private func render(
        templateCache: Int, precision: Precision = .fp32, threads: Int = 1, frames: Int = 5
    ) async throws -> (images: [Image], counts: TemplateFrameCounts) {
        let golden = try NetworkGolden.all.first { $0.generator == .ultralight160Hubert }?.open()
        let model = try #require(golden?.model)
        let template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let rows = Tensor(
            shape: [frames, 2, 1024], values: (0..<frames * 2048).map { Float($0 % 97) / 48 })
        let pipeline = try await FramePipeline(
            generator: .ultralight160Hubert, model: model, template: try template.open(),
            features: FeatureRows(rows), engine: ReferenceEngine(),
            sessionOptions: SessionOptions(threads: threads, precision: precision), decoder: TextImageDecoder(),
            templateCacheInBytes: templateCache)
        var images: [Image] = []
        for try await frame in pipeline.frames { images.append(frame.image) }
        return (images, pipeline.times.templateFrames)
    }

    @Test(
        "changes a frame by no more than values kept in bfloat16 do, whatever the budget and the sessions side by side")
    func sameFrames() async throws {
        let whole = try await render(templateCache: 0)
        #expect(whole.counts.kept == 0 && whole.counts.prepared == 5)
        // The walk over three images is 1 2 1 0 1. Everything fits, or one frame does, or none.
        for (budget, kept) in [(1 << 30, 2), (12_000_000, nil), (1000, 0)] as [(Int, Int?)] {
            let result = try await render(templateCache: budget, threads: 2)
            #expect(result.images.count == whole.images.count)
            for (image, expected) in zip(result.images, whole.images) {
                let quality = QualityMetrics(comparing: image, with: expected)
                #expect(quality.peakSignalToNoiseRatio > 60 && quality.largestDifference <= 2, "\(budget)")
            }
            if let kept { #expect(result.counts.kept == kept, "\(budget)") }
            #expect(result.counts.kept + result.counts.prepared == 5)
        }
    }

    @Test("an engine that does not compute in a precision says so")
    func precision() async throws {
        let error = await #expect(throws: FramegenError.self) { try await render(templateCache: 0, precision: .bf16) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("bf16") == true && error?.message.contains("fp32") == true)
    }

    @Test("bfloat16 is the nearest, half to even, and keeps infinities and what is no number")
    func rounding() {
        // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, and so does 1 + 3·2⁻⁸ between that and the next.
        let values: [Float] = [1, 1 + 1 / 256, 1 + 3 / 256, -1.003, 0, .infinity, 1e-30]
        let rounded = BFloat16Tensor(rounding: Tensor(shape: [7], values: values)).widened.values
        #expect(rounded[0] == 1 && rounded[1] == 1 && rounded[2] == 1 + 4.0 / 256)
        #expect(rounded[3] == -1 && rounded[4] == 0 && rounded[5] == .infinity)
        #expect(abs(rounded[6] - 1e-30) <= 1e-30 / 256)
        let nan = BFloat16Tensor(rounding: Tensor(shape: [1], values: [Float(bitPattern: 0x7f80_0001)]))
        #expect(nan.widened.values[0].isNaN)
    }
}
