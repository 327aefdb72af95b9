internal import COpenVINO
package import FrameGeneration

/// A network compiled by OpenVINO for the CPU, with the one request it is run by.
package final class OpenVINOSession: InferenceSession {
    private static let device = "CPU"

    /// An input or output: its name, its shape, and the request's memory for it.
    private struct Port {
        let value: Network.Value
        let tensor: OpenVINOObject

        var name: String { value.name }
        var shape: [Int] { value.shape }
    }

    private let library: OpenVINOLibrary
    private let compiled: OpenVINOObject
    private let request: OpenVINOObject
    private let inputs: [Port]
    private let outputs: [Port]
    private let bfloat16InputCount: Int

    /// Compiles `onnx`, whose inputs and outputs are found by name.
    ///
    /// OpenVINO's reader does not stand up to hostile models (flipped bits can crash it), so `onnx` must come from a
    /// trusted writer, as `ONNXWriter` is.
    package init(
        library: OpenVINOLibrary, onnx: [UInt8], inputs: [Network.Value], outputs: [String], options: SessionOptions
    ) throws(FramegenError) {
        let compiled = try Self.compile(onnx, in: library, options: options)
        let request = try OpenVINOObject(
            "make a request", in: library, from: compiled, free: framegen_openvino_request_free
        ) { framegen_openvino_request_create(library.number, compiled.pointer, $0) }
        self.library = library
        self.compiled = compiled
        self.request = request
        var inputPorts: [Port] = []
        for input in inputs {
            let port = try Self.port(input.name, of: request, in: library)
            guard port.shape == input.shape else {
                throw FramegenError(
                    .internalFailure, "OpenVINO reads \(input.name) as \(port.shape), expected \(input.shape)")
            }
            inputPorts.append(port)
        }
        var outputPorts: [Port] = []
        for output in outputs { outputPorts.append(try Self.port(output, of: request, in: library)) }
        self.inputs = inputPorts
        self.outputs = outputPorts
        bfloat16InputCount = options.bfloat16InputCount
        try checkCounts()
        try checkPrecision(options.precision)
    }

    /// Runs the network once.
    package func run(_ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        guard bfloat16InputCount == 0 else {
            throw FramegenError(.invalidRequest, "the network's first \(bfloat16InputCount) inputs are in bfloat16")
        }
        return try run([], tensors)
    }

    /// Runs the network once, its first inputs being given in bfloat16.
    package func run(_ kept: [BFloat16Tensor], _ tensors: [Tensor]) throws(FramegenError) -> [Tensor] {
        guard kept.count == bfloat16InputCount else {
            return try run(kept.map(\.widened) + tensors)
        }
        try inputs.map(\.value).check(shapes: kept.map(\.shape) + tensors.map(\.shape))
        for (input, tensor) in zip(inputs, kept) { try write(tensor.bits, to: input) }
        for (input, tensor) in zip(inputs.dropFirst(kept.count), tensors) { try write(tensor.values, to: input) }
        try library.check(framegen_openvino_request_infer(library.number, request.pointer), "run the network")
        var results: [Tensor] = []
        for output in outputs {
            var result = Tensor(zeros: output.shape)
            let size = result.values.count * MemoryLayout<Float>.stride
            let status = framegen_openvino_tensor_read(library.number, output.tensor.pointer, &result.values, size)
            try checkCopy(status, output)
            results.append(result)
        }
        return results
    }

    private func write<Element: BitwiseCopyable>(_ values: [Element], to input: Port) throws(FramegenError) {
        let status = framegen_openvino_tensor_write(
            library.number, input.tensor.pointer, values, values.count * MemoryLayout<Element>.stride)
        try checkCopy(status, input)
    }

    /// The value of OpenVINO's property `key` as it is in effect for this session.
    package func property(_ key: String) throws(FramegenError) -> String {
        var status: Int32 = 0
        let value = shimText(capacity: 256) {
            status = framegen_openvino_compiled_model_property(library.number, compiled.pointer, key, $0, $1)
        }
        try library.check(status, "tell its property \(key)")
        return value
    }

    private static func compile(
        _ onnx: [UInt8], in library: OpenVINOLibrary, options: SessionOptions
    ) throws(FramegenError) -> OpenVINOObject {
        try options.check()
        // A core of its own, so that sessions with other options do not meet; what it costs is its few milliseconds.
        let core = try OpenVINOObject("start", in: library, free: framegen_openvino_core_free) {
            framegen_openvino_core_create(library.number, $0)
        }
        let properties = [
            ("INFERENCE_PRECISION_HINT", options.precision.openVINOName),
            // Never more than there are processors, however many are allowed.
            ("INFERENCE_NUM_THREADS", String(min(options.threads, Int(Int32.max)))),
            ("NUM_STREAMS", "1"),
            ("PERFORMANCE_HINT", "LATENCY"),
            // Pinned threads of two processes on one machine would queue up on the same processors.
            ("ENABLE_CPU_PINNING", "NO"),
        ]
        for (key, value) in properties {
            let status = framegen_openvino_core_set_property(library.number, core.pointer, device, key, value)
            try library.check(status, "set \(key) to \(value)", failure: .invalidRequest)
        }
        let model = try OpenVINOObject(
            "read the network", in: library, from: core, free: framegen_openvino_model_free
        ) { framegen_openvino_core_read_model(library.number, core.pointer, onnx, onnx.count, $0) }
        return try OpenVINOObject(
            "compile the network", in: library, from: core, free: framegen_openvino_compiled_model_free
        ) { framegen_openvino_core_compile_model(library.number, core.pointer, model.pointer, device, $0) }
    }

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
        return Port(value: Network.Value(name: name, shape: sizes.prefix(rank).map(Int.init)), tensor: tensor)
    }

    /// Every input must be written before a run, so one that nobody named would be run with rubbish.
    private func checkCounts() throws(FramegenError) {
        var (inputCount, outputCount) = (0, 0)
        let status = framegen_openvino_compiled_model_counts(
            library.number, compiled.pointer, &inputCount, &outputCount)
        try library.check(status, "count the network's inputs")
        guard inputCount == inputs.count, outputCount == outputs.count else {
            throw FramegenError(
                .internalFailure,
                "OpenVINO reads a network with \(inputCount) inputs and \(outputCount) outputs, expected "
                    + "\(inputs.count) and \(outputs.count)")
        }
    }

    /// The hint is only a hint: another plugin or processor may compute in something else without saying so.
    private func checkPrecision(_ precision: Precision) throws(FramegenError) {
        let effective = try property("INFERENCE_PRECISION_HINT")
        guard effective == precision.openVINOName else {
            throw FramegenError(
                .invalidRequest,
                "OpenVINO \(library.version) would compute in \(effective), expected \(precision.openVINOName)")
        }
    }

    private func checkCopy(_ status: Int32, _ port: Port) throws(FramegenError) {
        guard status != Int32(FRAMEGEN_OPENVINO_WRONG_SIZE) else {
            throw FramegenError(
                .internalFailure, "OpenVINO's memory for \(port.name) does not hold values of \(port.shape)")
        }
        try library.check(status, "copy the tensor \(port.name)")
    }
}

extension Precision {
    /// OpenVINO's name of the element type.
    fileprivate var openVINOName: String {
        switch self {
        case .fp32: "f32"
        case .bf16: "bf16"
        }
    }
}
