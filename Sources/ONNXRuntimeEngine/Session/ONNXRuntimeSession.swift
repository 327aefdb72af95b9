internal import COnnxRuntime
package import FrameGeneration

/// A network prepared by ONNX Runtime, with the tensors it is run on.
package final class ONNXRuntimeSession: InferenceSession {
    /// An input or output: its name, its shape, and the memory for it.
    private struct Port {
        let value: Network.Value
        let tensor: ONNXRuntimeObject
    }

    private let library: ONNXRuntimeLibrary
    private let session: ONNXRuntimeObject
    private let inputs: [Port]
    private let outputs: [Port]

    /// Prepares `onnx`, whose inputs and outputs are found by name.
    package init(
        library: ONNXRuntimeLibrary, provider: ExecutionProvider, onnx: [UInt8], inputs: [Network.Value],
        outputs: [String], options: SessionOptions
    ) throws(FramegenError) {
        let sessionOptions = try Self.options(options, provider: provider, in: library)
        let session = try ONNXRuntimeObject(
            "prepare the network" + (provider == .cpu ? "" : " for the provider \(provider.rawValue)"), in: library,
            free: framegen_onnxruntime_session_free
        ) { framegen_onnxruntime_session_create(library.number, sessionOptions.pointer, onnx, onnx.count, $0) }
        let signature = try Signature(of: session, in: library)
        try signature.check(inputs: inputs, outputCount: outputs.count)
        var inputPorts: [Port] = []
        for input in inputs { inputPorts.append(try Self.port(input, in: library)) }
        var outputPorts: [Port] = []
        for output in outputs { outputPorts.append(try Self.port(try signature.output(output), in: library)) }
        self.library = library
        self.session = session
        self.inputs = inputPorts
        self.outputs = outputPorts
    }

    /// Runs the network once.
    package func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        try inputs.map(\.value).check(tensors)
        for (input, tensor) in zip(inputs, tensors) {
            let status = framegen_onnxruntime_tensor_write(
                library.number, input.tensor.pointer, tensor.values, tensor.values.count)
            try library.check(status, "take the tensor \(input.value.name)")
        }
        let status = withCStrings(inputs.map(\.value.name)) { inputNames in
            withCStrings(outputs.map(\.value.name)) { outputNames in
                var results = outputs.map { Optional($0.tensor.pointer) }
                return framegen_onnxruntime_session_run(
                    library.number, session.pointer, inputNames, inputs.map { Optional($0.tensor.pointer) },
                    inputs.count, outputNames, &results, outputs.count)
            }
        }
        try library.check(status, "run the network")
        var results: [Tensor] = []
        for output in outputs {
            var result = Tensor(zeros: output.value.shape)
            let count = result.values.count
            let status = framegen_onnxruntime_tensor_read(
                library.number, output.tensor.pointer, &result.values, count)
            try library.check(status, "give the tensor \(output.value.name)")
            results.append(result)
        }
        return results
    }

    private static func port(_ value: Network.Value, in library: ONNXRuntimeLibrary) throws(FramegenError) -> Port {
        let sizes = value.shape.map(Int64.init)
        let tensor = try ONNXRuntimeObject(
            "make the tensor \(value.name)", in: library, free: framegen_onnxruntime_tensor_free
        ) { framegen_onnxruntime_tensor_create(library.number, sizes, sizes.count, $0) }
        return Port(value: value, tensor: tensor)
    }

    private static func options(
        _ options: SessionOptions, provider: ExecutionProvider, in library: ONNXRuntimeLibrary
    ) throws(FramegenError) -> ONNXRuntimeObject {
        try options.check()
        // Every thread allowed is made, and more than there are processors would only wait for each other.
        let threads = min(options.threads, processorCount)
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
        case .bf16:
            throw FramegenError(
                .invalidRequest, "ONNX Runtime does not compute in bf16 here, expected the precision fp32")
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
