import Foundation
import FrameGeneration
import Framegen
import HTTPTypes
import HummingbirdTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import FramegenServer

@Suite("Avatars that are loaded", .timeLimit(.minutes(2)))
struct AvatarCatalogueTests {
    private let folder: TemporaryFolder
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("demo"), withIntermediateDirectories: false)
        try describe(template: Fixtures.demoPath("template"))
    }

    /// Says where the demo avatar's files are, and which template it has.
    private func describe(template: String) throws {
        let lines = [
            "checkpoint: \(Fixtures.demoPath("checkpoint/unet_328.fp16.pth"))",
            "audioEncoder: \(Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"))", "template: \(template)",
        ]
        try folder.write(Array(lines.joined(separator: "\n").utf8), to: "demo/avatar.yaml")
    }

    private func catalogue() -> AvatarCatalogue {
        var settings = AvatarSettings()
        settings.engine.choice = .passthrough
        settings.precision = .fp32
        return AvatarCatalogue(
            rootPath: folder.path, settings: settings, memoryInBytes: 1 << 40, threads: ThreadBudget(threadCount: 1),
            logger: logger)
    }

    @Test("one that is unloaded is read anew from its folder when it is wanted again, with what changed in it")
    func changed() async throws {
        let catalogue = catalogue()
        let before = try await catalogue.load("demo")
        #expect(before.isLoaded)
        let template = try ImageTemplate(boxes: [(10, 40, 10), (12, 42, 10), (11, 41, 11)], in: folder)
        try #require(before.imageCount != 3)
        try describe(template: template.path)
        #expect(try await catalogue.load("demo").imageCount == before.imageCount)
        try await catalogue.unload("demo")
        let after = try await catalogue.load("demo")
        #expect(after.isLoaded && after.imageCount == 3 && after.height == 48)
        let frameCount = try await catalogue.withAvatar("demo") { $0.template.frames.count }
        #expect(frameCount == 3)
        // Somebody looks at it before its description changes.
        try await catalogue.unload("demo")
        #expect(await catalogue.descriptions().map(\.imageCount) == [3])
        try describe(template: Fixtures.demoPath("template"))
        #expect(try await catalogue.load("demo").imageCount == before.imageCount)
        await catalogue.close()
    }

    @Test(
        "those of the operator's choice are loaded and measured from the start; the server is ready when all of them are"
    )
    func preload() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: false)
        let catalogue = catalogue()
        let measured = Mutex(0)
        let sessions = SessionStore(limits: SessionLimits(), avatars: catalogue, logger: logger) {
            (_, _) throws(FramegenError) in
            measured.withLock { $0 += 1 }
            let cost = Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.001, stillInSeconds: 0.0005)
            return Admission.Costs(encoded: cost, sentAgain: cost)
        }
        let preparation = AvatarPreparation(catalogue: catalogue, sessions: sessions)
        let preload = AvatarPreload(["demo"], preparation, logger: logger)
        #expect(!preload.isDone)
        await preload.run()
        #expect(preload.isDone)
        let description = try await catalogue.description(of: "demo")
        #expect(description.isLoaded)
        #expect(measured.withLock { $0 } == 1)
        _ = try await sessions.make(SessionSettings(avatar: "demo"), for: nil)
        #expect(measured.withLock { $0 } == 1)
        await sessions.close()
        await catalogue.close()
        #expect(AvatarPreload([], preparation, logger: logger).isDone)

        let more = AvatarPreload(["empty", "demo"], preparation, logger: logger)
        await more.run()
        #expect(!more.isDone)
    }

    @Test("a server is not ready before they are, and does not start with one that is not there")
    func readiness() async throws {
        let bench = try await ServerBench { configuration in
            configuration.avatarsPath = folder.path
            configuration.preloadedAvatars = ["demo"]
        }
        try await bench.withClient { client in
            let response = try await client.execute(uri: "/readyz", method: .get)
            #expect(response.status == .serviceUnavailable)
            #expect(try SeenProblem(response).type == "/problems/not-ready")
        }
        try await ServerBench().withClient { client in
            let response = try await client.execute(uri: "/readyz", method: .get)
            #expect(response.status == .ok)
        }
        let error = await #expect(throws: FramegenError.self) {
            try await ServerBench { $0.preloadedAvatars = ["nobody"] }
        }
        #expect(error?.message.contains("preload names nobody") == true && error?.message.contains("demo") == true)
        // Its folder is empty.
        let other = await #expect(throws: FramegenError.self) {
            try await ServerBench { $0.preloadedAvatars = ["demo"] }
        }
        #expect(other?.message.contains("avatars/demo has 0 of what may be its checkpoint") == true)
    }
}
