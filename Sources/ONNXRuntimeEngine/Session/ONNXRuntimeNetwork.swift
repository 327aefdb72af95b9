internal import COnnxRuntime
internal import EngineSupport
package import FrameGeneration

/// A network prepared by ONNX Runtime, once for all sessions that run it.
package final class ONNXRuntimeNetwork: PreparedNetwork {
    let library: ONNXRuntimeLibrary
    let inputs: [NetworkGraph.Value]
    let outputs: [NetworkGraph.Value]
    /// ONNX Runtime's session, which may be run from several threads at once.
    let session: SharedRuntimeObject

    /// Prepares `onnx`, whose inputs and outputs are found by name.
    init(
        library: ONNXRuntimeLibrary, provider: ExecutionProvider, onnx: [UInt8], inputs: [NetworkGraph.Value],
        outputs: [String], options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) {
        let sessionOptions = try Self.options(options, sessionCount, provider: provider, in: library)
        let session = try SharedRuntimeObject(
            "prepare the network" + (provider == .cpu ? "" : " for the provider \(provider.rawValue)"), in: library,
            free: framegen_onnxruntime_session_free
        ) { framegen_onnxruntime_session_create(library.number, sessionOptions.pointer, onnx, onnx.count, $0) }
        let signature = try Signature(of: session, in: library)
        try signature.check(inputs: inputs, outputCount: outputs.count)
        var outputValues: [NetworkGraph.Value] = []
        for output in outputs { outputValues.append(try signature.output(output)) }
        self.library = library
        self.session = session
        self.inputs = inputs
        self.outputs = outputValues
    }

    package func makeSession() throws(FramegenError) -> sending any InferenceSession { try ONNXRuntimeSession(self) }

    private static func options(
        _ options: SessionOptions, _ sessionCount: Int, provider: ExecutionProvider, in library: ONNXRuntimeLibrary
    ) throws(FramegenError) -> ONNXRuntimeObject {
        try options.check()
        // Every thread allowed is made, and more than there are processors would only wait for each other. The sessions
        // share them; each brings the one that it is run on.
        let helpers = min(options.threads - 1, processorCount).multipliedReportingOverflow(by: sessionCount)
        let threads = min(helpers.overflow ? .max : helpers.partialValue, processorCount - 1) + 1
        let result = try ONNXRuntimeObject("start", in: library, free: framegen_onnxruntime_options_free) {
            framegen_onnxruntime_options_create(library.number, Int32(threads), $0)
        }
        // Idle threads would turn round and round on the processors that the other stages want.
        let spinning = framegen_onnxruntime_options_set(
            library.number, result.pointer, "session.intra_op.allow_spinning", "0")
        try library.check(spinning, "let idle threads sleep", failure: .invalidRequest)
        switch options.precision {
        // What it computes in by itself; providers that would not are told to.
        case .fp32: break
        case .bf16, .fp16:
            throw FramegenError(
                .invalidRequest,
                "ONNX Runtime does not compute in \(options.precision) here, expected the precision fp32")
        }
        for registration in provider.registrations(threads: threads) {
            let (keys, values) = (registration.settings.map(\.key), registration.settings.map(\.value))
            let status = withCStrings(keys) { keys in
                withCStrings(values) { values in
                    framegen_onnxruntime_options_append(
                        library.number, result.pointer, registration.name, keys, values, keys.count)
                }
            }
            try library.check(status, "start the provider \(provider.rawValue)", failure: .invalidRequest)
        }
        if provider != .cpu, provider.runsWholeNetworks {
            // Otherwise what a provider refuses, in the end everything, runs on the processor without a word.
            let status = framegen_onnxruntime_options_set(
                library.number, result.pointer, "session.disable_cpu_ep_fallback", "1")
            try library.check(status, "keep the network off the processor", failure: .invalidRequest)
        }
        return result
    }
}
