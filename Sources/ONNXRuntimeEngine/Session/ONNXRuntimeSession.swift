internal import COnnxRuntime
internal import EngineSupport
package import FrameGeneration

/// Runs a network prepared by ONNX Runtime, with the tensors it is run on.
package final class ONNXRuntimeSession: InferenceSession {
    /// An input or output: its name, its shape, and the memory for it.
    private struct Port {
        let value: NetworkGraph.Value
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
    package func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] { try run([], tensors) }

    /// Runs the network once, its first inputs being given in bfloat16, of which it makes float32.
    package func run(_ kept: [BFloat16Tensor], _ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        let library = network.library
        let session = try network.session.pointer()
        try inputs.map(\.value).check(shapes: kept.map(\.shape) + tensors.map(\.shape))
        for (input, tensor) in zip(inputs, kept) { tensor.widen(into: try values(of: input)) }
        for (input, tensor) in zip(inputs.dropFirst(kept.count), tensors) {
            _ = try values(of: input).update(fromContentsOf: tensor.values)
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
            results.append(Tensor(shape: output.value.shape, values: PageArray(try values(of: output))))
        }
        return results
    }

    /// ONNX Runtime's memory for `port`, which lives as long as this session.
    private func values(of port: Port) throws(FramegenError) -> UnsafeMutableBufferPointer<Float> {
        let count = port.value.shape.reduce(1, *)
        var values: UnsafeMutablePointer<Float>?
        let status = framegen_onnxruntime_tensor_values(
            network.library.number, port.tensor.pointer, count, &values)
        try network.library.check(status, "hand over the tensor \(port.value.name)")
        guard let values else {
            throw FramegenError(.internalFailure, "ONNX Runtime has no memory for the tensor \(port.value.name)")
        }
        return UnsafeMutableBufferPointer(start: values, count: count)
    }

    private static func port(_ value: NetworkGraph.Value, in library: ONNXRuntimeLibrary) throws(FramegenError) -> Port
    {
        let sizes = value.shape.map(Int64.init)
        let tensor = try ONNXRuntimeObject(
            "make the tensor \(value.name)", in: library, free: framegen_onnxruntime_tensor_free
        ) { framegen_onnxruntime_tensor_create(library.number, sizes, sizes.count, $0) }
        return Port(value: value, tensor: tensor)
    }
}
