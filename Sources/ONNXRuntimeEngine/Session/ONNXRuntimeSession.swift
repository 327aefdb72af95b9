internal import COnnxRuntime
package import FrameGeneration

/// Runs a network prepared by ONNX Runtime, with the tensors it is run on.
package final class ONNXRuntimeSession: InferenceSession {
    /// An input or output: its name, its shape, and the memory for it.
    private struct Port {
        let value: Network.Value
        let tensor: ONNXRuntimeObject
    }

    private let network: ONNXRuntimeNetwork
    private let inputs: [Port]
    private let outputs: [Port]

    /// Memory of its own for runs of `network`.
    init(_ network: ONNXRuntimeNetwork) throws(FramegenError) {
        self.network = network
        var inputPorts: [Port] = []
        for input in network.inputs { inputPorts.append(try Self.port(input, in: network.library)) }
        var outputPorts: [Port] = []
        for output in network.outputs { outputPorts.append(try Self.port(output, in: network.library)) }
        inputs = inputPorts
        outputs = outputPorts
    }

    /// Runs the network once.
    package func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        let library = network.library
        let session = try network.session.pointer()
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
                    library.number, session, inputNames, inputs.map { Optional($0.tensor.pointer) },
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
}
