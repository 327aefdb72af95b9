import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Looking at frames on their way")
struct FrameTracingTests {
    /// Notes what it sees, and may refuse it.
    private final class Tracer: FrameTracing {
        let inputs = Mutex<[Int: [Tensor]]>([:])
        let faces = Mutex<[Int: Tensor]>([:])
        let pictures = Mutex<[Int: PixelImage]>([:])
        let failingStage: Stage?

        init(failingStage: Stage? = nil) { self.failingStage = failingStage }

        private func fail(_ stage: Stage) throws(FramegenError) {
            if stage == failingStage { throw FramegenError(.cannotWrite, "no room for \(stage)") }
        }

        func trace(_ frame: CutFrame) throws(FramegenError) {
            if frame.indices.contains(2) { try fail(.cut) }
            inputs.withLock { $0[frame.featureRow] = [frame.networkInput, frame.audioWindow] }
        }

        func trace(_ frame: InferredFrame) throws(FramegenError) {
            if frame.cut.indices.contains(2) { try fail(.infer) }
            faces.withLock { $0[frame.cut.featureRow] = frame.face }
        }

        func trace(_ frame: PastedFrame) throws(FramegenError) {
            if frame.indices.contains(2) { try fail(.paste) }
            for index in frame.indices { pictures.withLock { $0[index] = frame.image } }
        }
    }

    private func take(
        _ tracer: Tracer, engine: any InferenceEngine = PassThroughEngine(), frameRate: FrameRate? = nil
    ) async throws -> Take {
        let template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let features = FeatureRows(Tensor(shape: [5, 512], values: (0..<5 * 512).map { Float($0 / 512 + 1) }))
        let avatar = try await Avatar.test(
            try template.open(), generator: .syncTalk328AVE, engine: engine, templateCacheInBytes: 0,
            platform: .test(imageDecoder: KeepingDecoder(template)))
        var settings = TakeSettings()
        settings.frameRate = frameRate
        return avatar.speak(.rows(features), settings: settings, tracer: tracer)
    }

    /// Keeps the template's folder for as long as it is read.
    private struct KeepingDecoder: ImageDecoding {
        let folder: TemplateFolder

        init(_ folder: TemplateFolder) { self.folder = folder }

        func size(ofImageAt path: String) throws(FramegenError) -> ImageSize {
            try TextImageDecoder().size(ofImageAt: path)
        }

        func decodeImage(at path: String) throws(FramegenError) -> PixelImage {
            try TextImageDecoder().decodeImage(at: path)
        }
    }

    @Test("shows what the network is given, what it gives, and the finished pictures")
    func everything() async throws {
        let seen = Mutex<[[Tensor]]>([])
        let engine = ObservedEngine { _, inputs in seen.withLock { $0.append(inputs) } }
        let tracer = Tracer()
        var count = 0
        for try await frame in try await take(tracer, engine: engine).frames {
            #expect(tracer.pictures.withLock { $0[frame.index] } == frame.makeImage())
            count += 1
        }
        #expect(count == 5)
        for (row, inputs) in seen.withLock({ $0 }).enumerated() {
            #expect(tracer.inputs.withLock { $0[row] } == inputs)
            // The pass-through engine gives the first three channels back.
            let face = try #require(tracer.faces.withLock { $0[row] })
            #expect(face.values.elementsEqual(inputs[0].values[..<face.values.count]))
        }
        #expect(tracer.faces.withLock { $0.count } == 5)
    }

    @Test("shows a picture once, whatever the number of frames that show it")
    func frameRate() async throws {
        let tracer = Tracer()
        for try await _ in try await take(tracer, frameRate: FrameRate(50)).frames {}
        #expect(tracer.inputs.withLock { $0.count } == 5 && tracer.pictures.withLock { $0.count } == 10)
    }

    @Test("an error ends the frames as a stage's would", arguments: [Stage.cut, .infer, .paste])
    func failure(stage: Stage) async throws {
        var count = 0
        let error = await #expect(throws: FramegenError.self) {
            for try await _ in try await take(Tracer(failingStage: stage)).frames { count += 1 }
        }
        #expect(error?.message == "no room for \(stage)")
        #expect(count == 2)
    }
}
