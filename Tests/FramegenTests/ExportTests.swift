import Foundation
import FramegenTools
import OpenVINOEngine
import TestSupport
import Testing

@Suite("Exporting a checkpoint")
struct ExportTests {
    private let folder: TemporaryFolder
    private let encoder = Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth")
    private let generator = Fixtures.demoPath("checkpoint/unet_328.fp16.pth")

    init() throws { folder = try TemporaryFolder(named: "export 输出") }

    private var output: String { folder.file("deep/model.onnx") }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("deep"))
    }

    /// Expects an error, and nothing in the folder but what was there.
    private func expectRefusal(
        _ code: FramegenError.Code, saying words: String..., leaving names: [String] = [],
        of export: () async throws(FramegenError) -> ExportSummary
    ) async throws {
        do throws(FramegenError) {
            _ = try await export()
            Issue.record("it was exported")
        } catch {
            #expect(error.code == code)
            for word in words { #expect(error.message.contains(word), "\(error.message)") }
        }
        #expect((try? self.names()) ?? [] == names)
    }

    @Test("of the generator gives what PyTorch computes from it, and says how close it is")
    func generatorAgainstPyTorch() async throws {
        let summary = try await ExportRequest(checkpointPath: generator, outputPath: output).export()
        #expect(summary.networkName == "SyncTalk_2D 328 ave")
        #expect(summary.byteCount > 48_000_000)
        let validation = try #require(summary.validation)
        #expect(validation.engineName == "onnxruntime")
        #expect(validation.largestDifference > 0 && validation.largestDifference <= 1e-5)
        #expect(validation.meanDifference <= validation.largestDifference)
        #expect(try names() == ["model.onnx"])

        let model = try ONNXModelFile.load(at: output, batch: 2)
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
        #expect(zip(sampled, expected.values).allSatisfy { abs($0 - $1) <= 1e-4 })
    }

    @Test(
        "of the audio encoder gives what PyTorch computes from it, in every form",
        arguments: [WeightType.fp32, .fp16], [ExportBatch.fixed(1), .fixed(3), .dynamic])
    func encoderAgainstPyTorch(weights: WeightType, batch: ExportBatch) async throws {
        for folds in [true, false] { try await expectEncoder(folds, weights, batch) }
    }

    private func expectEncoder(_ folds: Bool, _ weights: WeightType, _ batch: ExportBatch) async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.overwrites = true
        request.foldsBatchNormalization = folds
        request.weights = weights
        request.batch = batch
        let summary = try await request.export()
        #expect(summary.networkName == "AVE audio encoder")
        #expect(summary.validation?.sampleCount == (batch == .fixed(1) ? 1 : 2))
        let file = try ONNXModelFile(path: output)
        #expect(file.operatorCounts["BatchNormalization"] == (folds ? nil : 13))
        #expect(file.inputs[0].dimensions[0].description == (batch == .dynamic ? "batch" : batch.description))

        let model = try file.model(batch: 2)
        let session = try OpenVINOEngine().makeSession(for: model, options: SessionOptions(threads: 1))
        let mel = HashWeights.tensor(9003, shape: [2, 1, 80, 16]) { -4 + 8 * $0 }
        let answer = try #require(session.run([mel]).first)
        let expected = try NPYFile.tensor(at: Fixtures.path("onnx/demo/encoder_out.npy"))
        let difference = zip(answer.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
        // The demo's weights are float16 as they are.
        #expect(difference <= (folds && weights == .fp16 ? 1e-3 : 1e-5))
    }

    @Test("gives a file that renders the frames of the checkpoint", arguments: [EngineChoice.openvino, .onnxruntime])
    func frames(engine: EngineChoice) async throws {
        var export = ExportRequest(checkpointPath: generator, outputPath: output)
        export.validates = false
        #expect(try await export.export().validation == nil)
        var request = Demo.request(engine: engine)
        request.take.frameLimit = 2
        let original = try await request.images()
        request.source.generator = .onnx(path: output)
        let exported = try await request.images()
        #expect(original.count == 2)
        for (one, other) in zip(original, exported) {
            #expect(one.pixels.count == other.pixels.count)
            #expect(zip(one.pixels, other.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        }
    }

    @Test("puts nothing in place that answers otherwise than the checkpoint, and leaves an older file")
    func wrongAnswers() async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        try await expectRefusal(.internalFailure, saying: output, "was not written", "passthrough") {
            () throws(FramegenError) in
            try await request.export(validatingWith: PassThroughEngine())
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("deep")))
        try FileManager.default.createDirectory(atPath: folder.file("deep"), withIntermediateDirectories: true)
        try folder.write([1, 2, 3], to: "deep/model.onnx")
        request.overwrites = true
        try await expectRefusal(.internalFailure, leaving: ["model.onnx"]) { () throws(FramegenError) in
            try await request.export(validatingWith: PassThroughEngine())
        }
        #expect(try Data(contentsOf: URL(filePath: output)) == Data([1, 2, 3]))
    }

    @Test("refuses what cannot be exported, before anything is written")
    func refusals() async throws {
        var request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.features = .ave
        try await expectRefusal(.invalidRequest, saying: encoder, "audio encoder") { () throws(FramegenError) in
            try await request.export()
        }
        request = ExportRequest(checkpointPath: generator, outputPath: output)
        request.features = .wenet
        try await expectRefusal(.invalidRequest, saying: generator, "wenet") { () throws(FramegenError) in
            try await request.export()
        }
        request = ExportRequest(checkpointPath: folder.file("nowhere.pth"), outputPath: output)
        try await expectRefusal(.notFound, saying: "nowhere.pth") { () throws(FramegenError) in
            try await request.export()
        }
        request = ExportRequest(
            checkpointPath: Fixtures.path("checkpoints/module.pth"), outputPath: output)
        try await expectRefusal(.invalidData, saying: "module.pth") { () throws(FramegenError) in
            try await request.export()
        }
        request = ExportRequest(checkpointPath: encoder, outputPath: folder.file("deep/model.pth"))
        try await expectRefusal(.invalidRequest, saying: "model.pth", ".onnx") { () throws(FramegenError) in
            try await request.export()
        }
        request = ExportRequest(checkpointPath: encoder, outputPath: output)
        request.engine.choice = .passthrough
        try await expectRefusal(.invalidRequest, saying: "passthrough") { () throws(FramegenError) in
            try await request.export()
        }
        try FileManager.default.createDirectory(atPath: folder.file("deep"), withIntermediateDirectories: true)
        try folder.write([1], to: "deep/model.onnx")
        request.engine.choice = .automatic
        try await expectRefusal(.cannotWrite, saying: output, leaving: ["model.onnx"]) { () throws(FramegenError) in
            try await request.export()
        }
    }

    @Test("is asked for in JSON, with a batch that can be")
    func json() throws {
        for batch in [ExportBatch.fixed(7), .dynamic] {
            var request = ExportRequest(checkpointPath: "a.pth", outputPath: "b.onnx")
            request.batch = batch
            request.weights = .fp16
            request.foldsBatchNormalization = false
            request.features = .hubert
            let data = try JSONEncoder().encode(request)
            #expect(try JSONDecoder().decode(ExportRequest.self, from: data) == request)
        }
        for batch in ["0", "65", #""many""#, "1.5"] {
            let data = Data(#"{"checkpointPath": "a.pth", "outputPath": "b.onnx", "batch": \#(batch)}"#.utf8)
            #expect(throws: (any Error).self) { try JSONDecoder().decode(ExportRequest.self, from: data) }
        }
    }
}
