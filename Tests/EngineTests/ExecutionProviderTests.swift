import FrameGeneration
import ONNXRuntimeEngine
import TestSupport
import Testing

@Suite("ONNX Runtime's execution providers")
struct ExecutionProviderTests {
    private func session(_ provider: ExecutionProvider) throws -> any InferenceSession {
        try ONNXRuntimeEngine(provider: provider).makeSession(
            onnx: SmallNetwork.onnx(), inputs: SmallNetwork.inputs, outputs: SmallNetwork.outputs,
            options: SessionOptions(threads: 1))
    }

    @Test("are listed, the processor among them")
    func listed() throws {
        let runtime = try ONNXRuntimeEngine.locateRuntime()
        #expect(runtime.providers.contains(.cpu))
        #expect(runtime.providerNames.contains("CPUExecutionProvider"))
        #expect(runtime.providerNames.allSatisfy { $0.hasSuffix("ExecutionProvider") })
    }

    @Test("have names of their own, of which the engine's name tells")
    func names() {
        #expect(Set(ExecutionProvider.allCases.map(\.listedName)).count == ExecutionProvider.allCases.count)
        #expect(ONNXRuntimeEngine().name == "onnxruntime")
        #expect(ONNXRuntimeEngine(provider: .cuda).name == "onnxruntime (cuda)")
    }

    /// Where the library offers one, its device may be missing, but the processor must not stand in for it.
    @Test("compute what the processor does, or say that they cannot", arguments: ExecutionProvider.allCases)
    func noFallback(provider: ExecutionProvider) throws {
        let runtime = try ONNXRuntimeEngine.locateRuntime()
        guard runtime.providers.contains(provider) else {
            for attempt in [
                { _ = try session(provider) }, { _ = try ONNXRuntimeEngine.locateRuntime(offering: provider) },
            ] {
                let error = #expect(throws: FramegenError.self) { try attempt() }
                #expect(error?.code == .notFound)
                let message = try #require(error?.message)
                for part in [
                    "without the provider \(provider.rawValue)", "offers cpu", runtime.version, runtime.libraryPath,
                    "FRAMEGEN_ONNXRUNTIME",
                ] {
                    #expect(message.contains(part))
                }
            }
            return
        }
        let expected = try SmallNetwork.run(0)
        do {
            let answered = try session(provider).run(expected.inputs)
            #expect(largestDifference(answered, expected.outputs) < 2e-5)
        } catch let error as FramegenError {
            #expect(provider != .cpu)
            #expect(error.message.contains("the provider \(provider.rawValue)"))
        }
    }
}
