import CoreMLEngine
import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Core ML's engine on networks of the family")
struct CoreMLGoldenTests {
    private let folder: TemporaryFolder
    private var engine: CoreMLEngine { CoreMLEngine(cacheFolder: folder.file("coreml")) }

    init() throws { folder = try TemporaryFolder() }

    private func output(
        _ golden: NetworkGolden.Case, _ precision: Precision
    ) throws -> (answer: Tensor, expected: Tensor) {
        let opened = try golden.open()
        let session = try engine.makeSession(
            for: opened.model, options: SessionOptions(threads: 1, precision: precision))
        let expected = try NPYFile.tensor(at: Fixtures.path("golden/network/\(golden.name)_out_f32.npy"))
        return (try session.run(opened.inputs)[0], expected)
    }

    @Test("computes in fp32 what the original does, out of rows that are padded", arguments: NetworkGolden.all)
    func exact(golden: NetworkGolden.Case) throws {
        let (answer, expected) = try output(golden, .fp32)
        try #require(answer.shape == expected.shape)
        #expect(zip(answer.values, expected.values).allSatisfy { abs($0 - $1) <= 2e-5 })
    }

    @Test("keeps 70 dB in fp16 where weights, inputs and outputs are rounded", arguments: NetworkGolden.all)
    func half(golden: NetworkGolden.Case) throws {
        let (answer, expected) = try output(golden, .fp16)
        try #require(answer.shape == expected.shape)
        let squares = zip(answer.values, expected.values).map { Double($0 - $1) * Double($0 - $1) }
        let error = squares.reduce(0, +) / Double(squares.count)
        // Not that of fp32 either, of which nothing was rounded.
        #expect(error > 1e-12 && 10 * log10(1 / error) >= 70)
    }

    @Test("computes the audio encoder, two windows at once")
    func audioEncoder() throws { try AudioEncoderGolden.expectExactly(engine) }

    @Test("is seen to compute in fp32 and in fp16, and to refuse bf16", arguments: Precision.allCases)
    func trial(precision: Precision) throws {
        #expect(PrecisionTrial.isSupported(precision, by: engine) == (precision != .bf16))
        guard precision != .bf16 else { return }
        _ = try EngineTrial.run(engine, in: precision)
    }

    @Test("is tried out in fp16 against fp32 with an avatar's frames, the network being run as a whole")
    func precisionTrial() async throws {
        let template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let parts = AvatarParts(
            generator: .ultralight160Hubert, model: try .zeros(for: .ultralight160Hubert),
            template: try template.open(), engine: engine, platform: .test())
        let outcome = try await PrecisionTrial(exact: parts, fast: parts, in: .fp16).run()
        // Zeros make one half of everything, which float16 holds exactly.
        #expect(outcome.worst.frame >= 1000 && outcome.worst == outcome.worstWithTemplate && outcome.fast == .fp16)
        #expect(outcome.reason.contains("fp16"))
        // One for each precision.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("coreml")).count == 2)
    }
}
