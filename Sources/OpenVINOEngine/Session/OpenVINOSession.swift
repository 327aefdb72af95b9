internal import CAllocator
internal import COpenVINO
package import FrameGeneration

/// Runs a network compiled by OpenVINO, with a request and its memory.
package final class OpenVINOSession: InferenceSession {
    /// An input or output: its name, its shape, and the request's memory for it.
    private struct Port {
        let value: NetworkGraph.Value
        let tensor: OpenVINOObject

        var name: String { value.name }
        var shape: [Int] { value.shape }
    }

    private let network: OpenVINONetwork
    private let request: OpenVINOObject
    private let inputs: [Port]
    private let outputs: [Port]

    /// A request of its own for `network`.
    init(_ network: OpenVINONetwork) throws(FramegenError) {
        let library = network.library
        let request = try OpenVINOObject(
            "make a request", in: library,
            free: { library, request in
                framegen_openvino_request_free(library, request)
                // It holds the compiled network too, which goes with the last request.
                framegen_allocator_give_back()
            }
        ) { request throws(FramegenError) in try network.makeRequest(request) }
        var inputPorts: [Port] = []
        for input in network.inputs {
            let port = try Self.port(input.name, of: request, in: library)
            guard port.shape == input.shape else {
                throw FramegenError(
                    .internalFailure, "OpenVINO reads \(input.name) as \(port.shape), expected \(input.shape)")
            }
            inputPorts.append(port)
        }
        var outputPorts: [Port] = []
        for output in network.outputs { outputPorts.append(try Self.port(output, of: request, in: library)) }
        try network.checkCounts()
        self.network = network
        self.request = request
        inputs = inputPorts
        outputs = outputPorts
    }

    /// Runs the network once.
    package func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        guard network.bfloat16InputCount == 0 else {
            throw FramegenError(
                .invalidRequest, "the network's first \(network.bfloat16InputCount) inputs are in bfloat16")
        }
        return try run([], tensors)
    }

    /// Runs the network once, its first inputs being given in bfloat16.
    package func run(_ kept: [BFloat16Tensor], _ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        guard kept.count == network.bfloat16InputCount else {
            return try run(kept.map(\.widened) + tensors)
        }
        let library = network.library
        try inputs.map(\.value).check(shapes: kept.map(\.shape) + tensors.map(\.shape))
        for (input, tensor) in zip(inputs, kept) { try write(tensor.bits.span, to: input) }
        for (input, tensor) in zip(inputs.dropFirst(kept.count), tensors) { try write(tensor.values.span, to: input) }
        try library.check(framegen_openvino_request_infer(library.number, request.pointer), "run the network")
        var results: [Tensor] = []
        for output in outputs {
            let count = output.shape.reduce(1, *)
            let values = try PageArray<Float>(unsafeUninitializedCapacity: count) {
                (buffer, filled) throws(FramegenError) in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                try checkCopy(
                    framegen_openvino_tensor_read(
                        library.number, output.tensor.pointer, bytes.baseAddress, bytes.count), output)
                filled = count
            }
            results.append(Tensor(shape: output.shape, values: values))
        }
        return results
    }

    private func write(_ values: Span<some BitwiseCopyable>, to input: Port) throws(FramegenError) {
        let status = values.withUnsafeBytes { bytes in
            framegen_openvino_tensor_write(
                network.library.number, input.tensor.pointer, bytes.baseAddress, bytes.count)
        }
        try checkCopy(status, input)
    }

    /// The value of OpenVINO's property `key` as it is in effect for this session.
    package func property(_ key: String) throws(FramegenError) -> String { try network.property(key) }

    private static func port(
        _ name: String, of request: OpenVINOObject, in library: OpenVINOLibrary
    ) throws(FramegenError) -> Port {
        let tensor = try OpenVINOObject(
            "give the tensor \(name)", in: library, from: request, free: framegen_openvino_tensor_free
        ) { framegen_openvino_request_tensor(library.number, request.pointer, name, $0) }
        var sizes = [Int64](repeating: 0, count: FRAMEGEN_OPENVINO_MAXIMUM_RANK)
        var rank = 0
        let status = framegen_openvino_tensor_shape(library.number, tensor.pointer, &sizes, &rank)
        try library.check(status, "tell the shape of \(name)")
        guard rank <= sizes.count else {
            throw FramegenError(.internalFailure, "\(name) has \(rank) dimensions, expected at most \(sizes.count)")
        }
        return Port(value: NetworkGraph.Value(name: name, shape: sizes.prefix(rank).map(Int.init)), tensor: tensor)
    }

    private func checkCopy(_ status: Int32, _ port: Port) throws(FramegenError) {
        guard status != Int32(FRAMEGEN_OPENVINO_WRONG_SIZE) else {
            throw FramegenError(
                .internalFailure, "OpenVINO's memory for \(port.name) does not hold values of \(port.shape)")
        }
        try network.library.check(status, "copy the tensor \(port.name)")
    }
}
