import Foundation
import Framegen
import Synchronization
import TestSupport
import Testing

@Suite("Rendering with the template cache on disk")
struct TemplateCacheOnDiskTests {
    private let folder: TemporaryFolder
    private var request: GenerationRequest
    private var cachePath: String { folder.file("template/framegen-cache") }

    /// The demo with a template folder of its own, so that nothing is written into the package.
    init() throws {
        folder = try TemporaryFolder(named: "cache 缓存")
        let template = folder.file("template")
        try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: false)
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(template)/\(name)", withDestinationPath: Fixtures.demoPath("template/\(name)"))
        }
        request = GenerationRequest(
            checkpointPath: Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), templatePath: template,
            audioFeaturesPath: Fixtures.demoPath("audio/aud_ave.npy"))
        request.frameLimit = 3
        request.keepsTemplateCacheOnDisk = true
    }

    private func images(_ request: GenerationRequest) async throws -> (images: [Image], counts: TemplateFrameCounts) {
        let generator = try await FrameGenerator(request)
        var images: [Image] = []
        for try await frame in generator.frames { images.append(frame.image) }
        #expect(generator.templateCacheWarning == nil && generator.warnings.isEmpty)
        return (images, generator.times.templateFrames)
    }

    @Test("gives the frames of a run without it, cold and warm, and a template that is as good as before")
    func demo() async throws {
        var without = request
        without.keepsTemplateCacheOnDisk = false
        let expected = try await images(without)
        let (cold, warm) = (try await images(request), try await images(request))
        #expect(cold.images == expected.images && warm.images == expected.images)
        #expect(expected.counts.stored == 0 && cold.counts.stored == 0 && warm.counts.stored == 3)
        let template = try TemplateInspection(path: request.templatePath)
        #expect(template.problems.isEmpty)
    }

    @Test("a cancelled run leaves whole files only")
    func cancellation() async throws {
        var request = request
        request.frameLimit = nil
        request.frameFolder = GenerationRequest.FrameFolder(path: folder.file("frames"))
        let (written, writer) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [request] in
            try await request.render { if case .frameFinished = $0 { writer.yield() } }
        }
        for await _ in written { break }
        task.cancel()
        await #expect(throws: FramegenError.self) { try await task.value }
        let names = try FileManager.default.contentsOfDirectory(atPath: cachePath)
        #expect(!names.isEmpty && names.allSatisfy { !$0.hasPrefix(".") })
        request.frameLimit = 1
        #expect(try await images(request).counts.stored == 1)
    }

    @Test("what cannot be kept is told once, when the frames are there")
    func warning() async throws {
        try folder.write([7], to: "template/framegen-cache")
        var request = request
        request.frameFolder = GenerationRequest.FrameFolder(path: folder.file("frames"))
        let warnings = Mutex<[String]>([])
        let summary = try await request.render { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        #expect(summary.frameCount == 3)
        #expect(warnings.withLock { $0.count } == 1)
        #expect(warnings.withLock { $0.first?.contains("framegen-cache") } == true)
    }

    @Test("is refused where nothing is kept, and an engine that computes nothing for a template says so")
    func nothingToKeep() async throws {
        var request = request
        request.templateCacheInBytes = 0
        let error = await #expect(throws: FramegenError.self) { try await FrameGenerator(request) }
        #expect(error?.code == .invalidRequest)
        request.templateCacheInBytes = nil
        request.engine = .passthrough
        let generator = try await FrameGenerator(request)
        #expect(generator.warnings.count == 1 && generator.warnings[0].contains("passthrough"))
        for try await _ in generator.frames {}
        #expect(!FileManager.default.fileExists(atPath: cachePath))
    }
}
