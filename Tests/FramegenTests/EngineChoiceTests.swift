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
        let names = ["onnxruntime", "openvino", "coreml", "reference", "passthrough"]
        #expect(EngineKind.all.map(\.name) == names)
        #expect(EngineChoice.allCases.map(\.rawValue) == ["auto"] + names)
        #expect(
            EngineChoice.allCases == [.automatic, .onnxruntime, .openvino, .coreml, .reference, .passthrough])
        for choice in EngineChoice.allCases { #expect(EngineChoice(rawValue: choice.rawValue) == choice) }
        #expect(EngineChoice(rawValue: "") == nil && EngineChoice(rawValue: "OpenVINO") == nil)
        #expect(EngineKind.all.allSatisfy { !$0.summary.isEmpty })
        // Whoever has providers has a library that says which.
        #expect(EngineKind.all.filter(\.hasProviders).map(\.name) == ["onnxruntime"])
        #expect(EngineKind.all.filter(\.hasComputeUnits).map(\.name) == ["coreml"])
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

    #if !canImport(CoreML)
        @Test("coreml is known everywhere, and says in one line where it runs", arguments: Precision.allCases)
        func coreMLElsewhere(precision: Precision) async throws {
            var settings = EngineSettings(.coreml)
            settings.computeUnits = .all
            let error = await #expect(throws: FramegenError.self) { _ = try await settings.engine(in: precision) }
            #expect(error?.code == .notFound)
            #expect(
                error?.message
                    == "the engine coreml, the one that computes in fp16, needs macOS or iOS, whose Core ML it runs on: "
                    + "choose another engine, and another precision than fp16")
        }

        @Test("auto in fp16, or on compute units, is Core ML, and nothing takes its place")
        func automaticOnCoreML() throws {
            for (units, precision) in [(nil, Precision.fp16), (ComputeUnits.all, .fp32)] {
                let error = #expect(throws: FramegenError.self) {
                    try EngineChoice.automatic.resolve(provider: nil, computeUnits: units, precision: precision)
                }
                #expect(error?.code == .notFound && error?.message.contains("coreml") == true)
            }
        }
    #endif

    @Test("compute units with another engine are an error", arguments: [EngineChoice.openvino, .onnxruntime])
    func unitsOfAnotherEngine(engine: EngineChoice) throws {
        let error = #expect(throws: FramegenError.self) {
            try engine.resolve(provider: nil, computeUnits: .cpuOnly, precision: .fp32)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("cpu-only are Core ML's, and the engine is \(engine.rawValue)") == true)
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
                    == "there is no engine abacus, expected one of auto, onnxruntime, openvino, coreml, reference, "
                    + "passthrough")
        }
    }
}
