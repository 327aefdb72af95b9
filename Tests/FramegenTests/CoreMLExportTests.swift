import Foundation
import FramegenTools
import OpenVINOEngine
import TestSupport
import Testing

@Suite("Exporting a checkpoint as a Core ML package")
struct CoreMLExportTests {
    private let folder: TemporaryFolder
    private let encoder = Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth")
    private let generator = Fixtures.demoPath("checkpoint/unet_328.fp16.pth")

    init() throws { folder = try TemporaryFolder(named: "package 包") }

    private var output: String { folder.file("deep/model.mlpackage") }

    private func names() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.file("deep"))) ?? []
    }

    private func expectRefusal(
        _ code: FramegenError.Code, saying words: String..., of request: ExportRequest
    ) async throws {
        do throws(FramegenError) {
            _ = try await request.export()
            Issue.record("it was exported")
        } catch {
            #expect(error.code == code)
            for word in words { #expect(error.message.contains(word), "\(error.message)") }
        }
    }

    @Test(
        "of the generator gives what PyTorch computes from it, and is inspected",
        arguments: [WeightType?.none, .fp32])
    func generatorAgainstPyTorch(weights: WeightType?) async throws {
        var request = ExportRequest(checkpointPath: generator, outputPath: "\(output)/")
        request.weights = weights
        let summary = try await request.export()
        #expect(summary.path == output && names() == ["model.mlpackage"])
        #expect(summary.weights == (weights ?? .fp16))
        #expect(summary.byteCount > (weights == nil ? 24_300_000 : 48_600_000))
        let validation = try #require(summary.validation)
        #expect(validation.largestDifference > 0 && validation.largestDifference <= (weights == nil ? 4e-3 : 1e-5))

        let model = try CoreMLPackage.load(at: output, batch: 2)
        let session = try OpenVINOEngine().makeSession(for: model, options: SessionOptions(threads: 2))
        let inputs = [
            HashWeights.tensor(9001, shape: [2, 6, 320, 320]),
            HashWeights.tensor(9002, shape: [2, 32, 16, 16]) { 2 * $0 },
        ]
        let answer = try #require(try session.run(inputs).first)
        let expected = try NPYFile.tensor(at: Fixtures.path("onnx/demo/generator_out.npy"))
        let sampled = (0..<6).flatMap { plane in
            stride(from: 0, to: 320, by: 8).flatMap { row in
                stride(from: 0, to: 320, by: 8).map { answer.values[(plane * 320 + row) * 320 + $0] }
            }
        }
        try #require(sampled.count == expected.values.count)
        let allowed: Float = weights == nil ? 4e-3 : 1e-4
        #expect(zip(sampled, expected.values).allSatisfy { abs($0 - $1) <= allowed })

        guard case .coreML(let inspection) = try await Inspection(path: output) else {
            Issue.record("it was not taken for a package")
            return
        }
        #expect(inspection.variants == ["SyncTalk_2D 328 ave"] && inspection.isUsable)
        #expect(inspection.producer == "framegen \(framegenVersion)")
        #expect(inspection.multiplyAdds == inspection.variantMultiplyAdds)
        #expect(inspection.inputs.map(\.type) == Array(repeating: weights == nil ? "float16" : "float32", count: 2))
        #expect(inspection.operators.first?.name == "conv")
    }

    @Test("of the audio encoder gives what PyTorch computes from it", arguments: [WeightType.fp32, .fp16])
    func encoderAgainstPyTorch(weights: WeightType) async throws {
        for folds in [true, false] {
            var request = ExportRequest(checkpointPath: encoder, outputPath: output)
            request.overwrites = true
            request.foldsBatchNormalization = folds
            request.weights = weights
            request.batch = .fixed(2)
            #expect(try await request.export().networkName == "AVE audio encoder")
            let package = try CoreMLPackage(path: output)
            #expect(package.operationCounts["batch_norm"] == (folds ? nil : 13))
            let mel = HashWeights.tensor(9003, shape: [2, 1, 80, 16]) { -4 + 8 * $0 }
            let session = try OpenVINOEngine().makeSession(
                for: package.model(batch: 2), options: SessionOptions(threads: 1))
            let answer = try #require(session.run([mel]).first)
            let expected = try NPYFile.tensor(at: Fixtures.path("onnx/demo/encoder_out.npy"))
            let difference = zip(answer.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
            // Batch norms are rounded to float16 too.
            #expect(difference <= (weights == .fp16 ? 1e-2 : 1e-5), "folded: \(folds)")
        }
        #expect(names() == ["model.mlpackage"])
    }

    @Test(
        "gives a package that renders the frames of the checkpoint", arguments: [EngineChoice.openvino, .onnxruntime],
        [WeightType.fp32, .fp16])
    func frames(engine: EngineChoice, weights: WeightType) async throws {
        var export = ExportRequest(checkpointPath: generator, outputPath: output)
        export.weights = weights
        export.validates = false
        #expect(try await export.export().validation == nil)
        var request = Demo.request(engine: engine)
        request.take.frameLimit = 2
        let original = (try await request.images(), try await faces(of: request, "original"))
        request.source.generator = .model(path: output)
        #expect(request.source.generator == .coreML(path: output))
        let exported = (try await request.images(), try await faces(of: request, "exported"))
        #expect(original.0.count == 2 && exported.0.count == 2)
        for (one, other) in zip(original.1, exported.1) {
            #expect(one.count == 3 * 320 * 320 && one.count == other.count)
            #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 1 })
        }
        for (one, other) in zip(original.0, exported.0) {
            #expect(one.pixels.count == other.pixels.count)
            var counts = [0, 0, 0, 0]
            for (one, other) in zip(one.pixels, other.pixels) { counts[min(abs(Int(one) - Int(other)), 3)] += 1 }
            #expect(counts[3] == 0)
            // The face is put back by bicubic interpolation, whose weights are negative too: here and there two bytes that
            // are off by one add up.
            #expect(100 * counts[2] <= counts[1])
            // Rounding each weight by itself puts more than three in a thousand off.
            #expect(500 * counts[1] <= one.pixels.count)
            #expect(weights == .fp16 || counts[2] == 0)
        }
    }

    /// The bytes of two faces as the network gives them, before they are put back.
    private func faces(of request: GenerationRequest, _ name: String) async throws -> [[Int]] {
        var dump = TensorDump(path: folder.file(name))
        dump.frames = [0, 1]
        _ = try await request.render(dumping: dump)
        return try dump.frames.map { frame in
            try NPYFile.tensor(at: "\(dump.path)/frame_0000\(frame)_raw_output.npy").values.map { Int($0 * 255) }
        }
    }

    @Test("replaces a package only when told to, and nothing else ever")
    func replacing() async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.validates = false
        _ = try await request.export()
        try await expectRefusal(.cannotWrite, saying: output, "already exists", of: request)
        request.overwrites = true
        _ = try await request.export()
        #expect(names() == ["model.mlpackage"])

        let other = folder.file("deep/other.mlpackage")
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try folder.write([1], to: "deep/other.mlpackage/diary")
        request.outputPath = other
        try await expectRefusal(.cannotWrite, saying: other, "not a Core ML package", of: request)
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["diary"])
        request.outputPath = try folder.write([1], to: "deep/file.mlpackage")
        try await expectRefusal(.cannotWrite, saying: request.outputPath, "not a Core ML package", of: request)
    }

    @Test("puts nothing in place that answers otherwise than the checkpoint, and leaves an older package")
    func wrongAnswers() async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.validates = false
        _ = try await request.export()
        let manifest = try Data(contentsOf: URL(filePath: "\(output)/Manifest.json"))
        request.validates = true
        request.overwrites = true
        do throws(FramegenError) {
            _ = try await request.export(validatingWith: PassThroughEngine())
            Issue.record("it was exported")
        } catch {
            #expect(error.code == .internalFailure && error.message.contains("was not written"))
        }
        #expect(try Data(contentsOf: URL(filePath: "\(output)/Manifest.json")) == manifest)
        #expect(names() == ["model.mlpackage"])
    }

    @Test("cannot leave its batch open, and is refused before anything is written")
    func openBatch() async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.batch = .dynamic
        try await expectRefusal(.invalidRequest, saying: output, "1 to 64", of: request)
        #expect(names() == [])
    }

    @Test("that framegen cannot run is inspected all the same; a folder that is none is refused")
    func inspection() async throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        do throws(FramegenError) {
            _ = try await Inspection(path: output)
            Issue.record("it was taken for something")
        } catch {
            #expect(error.code == .notFound && error.message.contains("Manifest.json"))
        }
        var request = ExportRequest(checkpointPath: encoder, outputPath: folder.file("e.mlpackage"))
        request.validates = false
        _ = try await request.export()
        try FileManager.default.removeItem(
            atPath: folder.file("e.mlpackage/Data/com.apple.CoreML/weights/weight.bin"))
        guard case .coreML(let inspection) = try await Inspection(path: folder.file("e.mlpackage")) else {
            Issue.record("it was not taken for a package")
            return
        }
        #expect(!inspection.isUsable && inspection.problem?.contains("weight.bin") == true)
        #expect(inspection.inputs.map(\.name) == ["mel"])
    }
}
