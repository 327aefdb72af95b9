import Foundation
import Framegen
import Media
import ModelFiles
import TestSupport
import Testing

@Suite("Frames against the original's")
struct ExactFramesTests {
    private static let generator = Generator.syncTalk328AVE

    /// The frames `NNNNN.png` that exist in `folder`, behind an optional prefix, by index.
    private static func references(in folder: String, prefix: String = "") throws -> [Int: String] {
        var paths: [Int: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard name.hasPrefix(prefix), name.hasSuffix(".png"),
                let index = Int(name.dropFirst(prefix.count).dropLast(4))
            else { continue }
            paths[index] = "\(folder)/\(name)"
        }
        return paths
    }

    /// Renders through the whole pipeline and compares the frames of which there is a reference.
    private func expectFrames(
        _ references: [Int: String], engine: any InferenceEngine, model: NetworkModel, template: String,
        features: String, usesParsing: Bool = false, startFrame: Int = 0
    ) async throws {
        let last = try #require(references.keys.max())
        var parts = AvatarParts(
            generator: Self.generator, model: model,
            template: try Template(path: template, usesParsing: usesParsing, decoder: ImageFileDecoder()),
            engine: SelectiveEngine(engine, frames: Set(references.keys)), platform: .standard)
        parts.threads = ThreadBudget(threadCount: 1)
        #expect(parts.precision == NetworkPrecision(.fp32) && parts.templateCacheInBytes == 0)
        var settings = TakeSettings()
        settings.startFrame = startFrame
        settings.frameLimit = last + 1
        let take = try await Avatar(parts).speak(.features(path: features), settings: settings)
        var compared = 0
        for try await frame in take.frames {
            guard let path = references[frame.index] else { continue }
            expectSame(frame.makeImage(), as: try ImageFileDecoder().decodeImage(at: path), path)
            compared += 1
        }
        #expect(compared == references.count)
    }

    private func hashModel() throws -> NetworkModel {
        try NetworkGolden.unet328AVE.open().model
    }

    @Test("a five-image template with hash weights, edges of the features included", arguments: Runtime.allCases)
    func hashWeights(runtime: Runtime) async throws {
        let golden = Fixtures.path("golden/pipeline328")
        let frames = Fixtures.sharedPath("golden/pipeline328/frames") ?? "\(golden)/frames"
        try await expectFrames(
            Self.references(in: frames), engine: runtime.engine, model: hashModel(), template: "\(golden)/template",
            features: "\(golden)/aud_ave.npy")
    }

    @Test("the same with parsing and a start frame", arguments: Runtime.allCases)
    func parsingAndStartFrame(runtime: Runtime) async throws {
        let golden = Fixtures.path("golden/pipeline328")
        try await expectFrames(
            Self.references(in: "\(golden)/frames_parsing_start1"), engine: runtime.engine, model: hashModel(),
            template: "\(golden)/template", features: "\(golden)/aud_ave.npy", usesParsing: true, startFrame: 1)
    }

    @Test("the demo with its half-precision checkpoint", arguments: Runtime.allCases)
    func demo(runtime: Runtime) async throws {
        let folder = Fixtures.sharedPath("demo/reference") ?? Fixtures.demoPath("reference")
        try await expectFrames(
            Self.references(in: folder, prefix: "frame_"), engine: runtime.engine, model: demoModel(),
            template: Fixtures.demoPath("template"), features: Fixtures.demoPath("audio/aud_ave.npy"))
    }

    @Test("the demo with parsing", arguments: Runtime.allCases)
    func demoParsing(runtime: Runtime) async throws {
        try await expectFrames(
            [2: Fixtures.demoPath("reference/parsing/frame_00002.png")], engine: runtime.engine, model: demoModel(),
            template: Fixtures.demoPath("template"), features: Fixtures.demoPath("audio/aud_ave.npy"),
            usesParsing: true)
    }

    @Test("the demo's first frame on the reference engine")
    func demoReferenceEngine() async throws {
        try await expectFrames(
            [0: Fixtures.demoPath("reference/frame_00000.png")], engine: ReferenceEngine(), model: demoModel(),
            template: Fixtures.demoPath("template"), features: Fixtures.demoPath("audio/aud_ave.npy"))
    }

    private func demoModel() throws -> NetworkModel {
        try PyTorchCheckpoint.load(Self.generator, at: Fixtures.demoPath("checkpoint/unet_328.fp16.pth"))
    }
}
