import Foundation
import Framegen
import TestSupport
import Testing

@Suite("The choice of an engine")
struct EngineChoiceTests {
    private func engineName(_ engine: EngineChoice, _ provider: ExecutionProvider?) async throws -> String {
        var request = Demo.request(engine: engine)
        request.settings.engine.provider = provider
        let avatar = try await request.avatar()
        #expect(avatar.warnings.isEmpty)
        return avatar.engineName
    }

    @Test("is one of the registry's, in its order, or auto, which comes first")
    func registry() {
        let names = ["onnxruntime", "openvino", "reference", "passthrough"]
        #expect(EngineKind.all.map(\.name) == names)
        #expect(EngineChoice.allCases.map(\.rawValue) == ["auto"] + names)
        #expect(
            EngineChoice.allCases == [.automatic, .onnxruntime, .openvino, .reference, .passthrough])
        for choice in EngineChoice.allCases { #expect(EngineChoice(rawValue: choice.rawValue) == choice) }
        #expect(EngineChoice(rawValue: "") == nil && EngineChoice(rawValue: "OpenVINO") == nil)
        #expect(EngineKind.all.allSatisfy { !$0.summary.isEmpty })
        // Whoever has providers has a library that says which.
        #expect(EngineKind.all.filter(\.hasProviders).map(\.name) == ["onnxruntime"])
        #expect(EngineKind.all.filter { $0.runtime != nil }.map(\.name) == ["onnxruntime", "openvino"])
    }

    @Test("auto in fp32 is ONNX Runtime, on the provider that is asked for")
    func automatic() async throws {
        #expect(try await engineName(.automatic, nil) == "onnxruntime")
        #expect(try await engineName(.automatic, .cpu) == "onnxruntime")
        #expect(try await engineName(.onnxruntime, nil) == "onnxruntime")
        #expect(try await engineName(.onnxruntime, .cpu) == "onnxruntime")
    }

    @Test("auto in bf16 is OpenVINO, also where the processor has no bf16")
    func automaticInBF16() async throws {
        var request = Demo.request()
        request.settings.precision = .bf16
        do {
            #expect(try await request.avatar().engineName == "openvino")
        } catch let error as FramegenError {
            #expect(error.code == .invalidRequest && !ProcessorFeatures.current.hasBF16)
            #expect(error.message.hasPrefix("OpenVINO") && error.message.contains("expected bf16"))
        }
    }

    @Test("auto in bf16 on a provider is an error, as nothing takes the place of what was asked for")
    func automaticInBF16OnProvider() throws {
        let error = #expect(throws: FramegenError.self) {
            try EngineChoice.automatic.resolve(provider: .cuda, precision: .bf16)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "no engine computes in bf16 on cuda")
    }

    @Test("a provider with another engine is an error", arguments: [EngineChoice.openvino, .reference, .passthrough])
    func providerOfAnotherEngine(engine: EngineChoice) async throws {
        let error = await #expect(throws: FramegenError.self) { try await engineName(engine, .cuda) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("provider cuda") == true)
        #expect(error?.message.contains("the engine is \(engine.rawValue), expected onnxruntime") == true)
    }

    @Test(
        "a provider that the library does not offer stops the run", arguments: [EngineChoice.automatic, .onnxruntime])
    func missingProvider(engine: EngineChoice) async throws {
        let error = await #expect(throws: FramegenError.self) { try await engineName(engine, .migraphx) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("offers cpu") == true)
    }

    @Test("in JSON is its name, and one that is not there is an error that says which are")
    func json() throws {
        var settings = EngineSettings(.onnxruntime)
        settings.provider = .tensorrt
        let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        #expect(text.contains(#""choice":"onnxruntime""#) && text.contains(#""provider":"tensorrt""#))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(EngineSettings.self, from: Data(#"{"provider": "abacus"}"#.utf8))
        }
        do {
            _ = try JSONDecoder().decode(EngineSettings.self, from: Data(#"{"choice": "abacus"}"#.utf8))
            Issue.record("there is an engine abacus")
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.codingPath.map(\.stringValue) == ["choice"])
            #expect(
                context.debugDescription
                    == "there is no engine abacus, expected one of auto, onnxruntime, openvino, reference, passthrough")
        }
    }
}
