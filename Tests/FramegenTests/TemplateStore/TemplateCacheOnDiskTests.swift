import Foundation
import FramegenTools
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
        request = Demo.request(template: template)
        request.take.frameLimit = 3
        request.settings.template.keepsCacheOnDisk = true
    }

    private func images(_ request: GenerationRequest) async throws -> (
        images: [PixelImage], counts: TemplateFrameCounts
    ) {
        // Not loaded for this speech alone, which might cut the network elsewhere where nothing is stored.
        let avatar = try await Avatar(request.source, settings: request.settings)
        let take = avatar.speak(request.speech.speech, settings: request.take)
        let images = try await take.images()
        #expect(avatar.store?.warning == nil && avatar.warnings.isEmpty)
        return (images, take.times.templateFrames)
    }

    @Test("gives the frames of a run without it, cold and warm, and a template that is as good as before")
    func demo() async throws {
        var without = request
        without.settings.template.keepsCacheOnDisk = false
        let expected = try await images(without)
        let (cold, warm) = (try await images(request), try await images(request))
        #expect(cold.images == expected.images && warm.images == expected.images)
        #expect(expected.counts.stored == 0 && cold.counts.stored == 0 && warm.counts.stored == 3)
        let template = try TemplateInspection(path: request.source.templatePath)
        #expect(template.problems.isEmpty)
    }

    @Test("a cancelled run leaves whole files only")
    func cancellation() async throws {
        var request = request
        request.take.frameLimit = nil
        request.outputs = [.frames(FrameFolder(path: folder.file("frames")))]
        let error = await cancelled {
            if case .framesFinished = $0 { true } else { false }
        } _: { [request] report in
            _ = try await request.render(report: report)
        }
        #expect(error?.code == .cancelled)
        let names = try FileManager.default.contentsOfDirectory(atPath: cachePath)
        #expect(!names.isEmpty && names.allSatisfy { !$0.hasPrefix(".") })
        request.take.frameLimit = 1
        #expect(try await images(request).counts.stored == 1)
    }

    @Test("what cannot be kept is told once, when the frames are there")
    func warning() async throws {
        try folder.write([7], to: "template/framegen-cache")
        var request = request
        request.outputs = [.frames(FrameFolder(path: folder.file("frames")))]
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
        request.outputs = [.frames(FrameFolder(path: folder.file("frames")))]
        request.settings.template.cacheInBytes = 0
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .invalidRequest)
        request.settings.template.cacheInBytes = nil
        request.settings.engine.choice = .passthrough
        let avatar = try await request.avatar()
        #expect(avatar.warnings.count == 1 && avatar.warnings[0].contains("passthrough"))
        for try await _ in avatar.speak(request.speech.speech, settings: request.take).frames {}
        #expect(!FileManager.default.fileExists(atPath: cachePath))
    }
}
