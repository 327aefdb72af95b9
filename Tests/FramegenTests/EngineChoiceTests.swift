import Foundation
import Framegen
import TestSupport
import Testing

@Suite("The choice of an engine")
struct EngineChoiceTests {
    private var request = GenerationRequest(
        checkpointPath: Fixtures.demoPath("checkpoint/unet_328.fp16.pth"),
        templatePath: Fixtures.demoPath("template"), audioFeaturesPath: Fixtures.demoPath("audio/aud_ave.npy"))

    private func engineName(_ engine: EngineChoice, _ provider: ExecutionProvider?) async throws -> String {
        var request = request
        request.engine = engine
        request.provider = provider
        let generator = try await FrameGenerator(request)
        #expect(generator.warnings.isEmpty)
        return generator.engineName
    }

    @Test("auto in fp32 is ONNX Runtime, on the provider that is asked for")
    func automatic() async throws {
        #expect(try await engineName(.auto, nil) == "onnxruntime")
        #expect(try await engineName(.auto, .cpu) == "onnxruntime")
        #expect(try await engineName(.onnxruntime, nil) == "onnxruntime")
        #expect(try await engineName(.onnxruntime, .cpu) == "onnxruntime")
    }

    @Test("auto in bf16 is OpenVINO, also where the processor has no bf16")
    func automaticInBF16() async throws {
        var request = request
        request.precision = .bf16
        do {
            #expect(try await FrameGenerator(request).engineName == "openvino")
        } catch {
            #expect(error.code == .invalidRequest)
            #expect(error.message.hasPrefix("OpenVINO") && error.message.contains("expected bf16"))
        }
    }

    @Test("a provider with another engine is an error", arguments: [EngineChoice.openvino, .reference, .passthrough])
    func providerOfAnotherEngine(engine: EngineChoice) async throws {
        let error = await #expect(throws: FramegenError.self) { try await engineName(engine, .cuda) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("provider cuda") == true)
        #expect(error?.message.contains("the engine is \(engine.rawValue), expected onnxruntime") == true)
    }

    @Test("a provider that the library does not offer stops the run", arguments: [EngineChoice.auto, .onnxruntime])
    func missingProvider(engine: EngineChoice) async throws {
        let error = await #expect(throws: FramegenError.self) { try await engineName(engine, .migraphx) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("offers cpu") == true)
    }

    @Test("engine and provider survive JSON, and may be left out of it")
    func json() throws {
        var request = request
        #expect(request.provider == nil)
        request.engine = .onnxruntime
        request.provider = .tensorrt
        let data = try JSONEncoder().encode(request)
        #expect(String(decoding: data, as: UTF8.self).contains(#""provider":"tensorrt""#))
        #expect(try JSONDecoder().decode(GenerationRequest.self, from: data) == request)
        let short = Data(#"{"checkpointPath": "a", "templatePath": "b"}"#.utf8)
        #expect(try JSONDecoder().decode(GenerationRequest.self, from: short).provider == nil)
        let wrong = Data(#"{"checkpointPath": "a", "templatePath": "b", "provider": "abacus"}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(GenerationRequest.self, from: wrong) }
    }
}
