internal import COpenVINO
internal import EngineSupport
package import FrameGeneration

/// A network compiled by OpenVINO for the CPU, once for all sessions that run it.
package final class OpenVINONetwork: PreparedNetwork {
    private static let device = "CPU"

    let library: OpenVINOLibrary
    let inputs: [NetworkGraph.Value]
    let outputs: [String]
    let bfloat16InputCount: Int
    private let compiled: SharedRuntimeObject

    /// Compiles `onnx`, whose inputs and outputs are found by name.
    ///
    /// OpenVINO's reader does not stand up to hostile models (flipped bits can crash it), so `onnx` must come from a
    /// trusted writer, as `ONNXWriter` is.
    init(
        library: OpenVINOLibrary, onnx: [UInt8], inputs: [NetworkGraph.Value], outputs: [String],
        options: SessionOptions,
        sessionCount: Int
    ) throws(FramegenError) {
        self.library = library
        self.inputs = inputs
        self.outputs = outputs
        bfloat16InputCount = options.bfloat16InputCount
        compiled = try Self.compile(onnx, in: library, options: options, sessionCount: sessionCount)
        try checkPrecision(options.precision)
    }

    package func makeSession() throws(FramegenError) -> sending any InferenceSession { try OpenVINOSession(self) }

    /// Makes a request to run the network; returns OpenVINO's status.
    func makeRequest(_ request: UnsafeMutablePointer<OpaquePointer?>) throws(FramegenError) -> Int32 {
        framegen_openvino_request_create(library.number, try compiled.pointer(), request)
    }

    /// The value of OpenVINO's property `key` as it is in effect for this network.
    package func property(_ key: String) throws(FramegenError) -> String {
        let compiled = try compiled.pointer()
        var status: Int32 = 0
        let value = shimText(capacity: 256) {
            status = framegen_openvino_compiled_model_property(library.number, compiled, key, $0, $1)
        }
        try library.check(status, "tell its property \(key)")
        return value
    }

    private static func compile(
        _ onnx: [UInt8], in library: OpenVINOLibrary, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> SharedRuntimeObject {
        try options.check()
        let threads = options.threads.multipliedReportingOverflow(by: sessionCount)
        // A core of its own, so that sessions with other options do not meet; what it costs is its few milliseconds.
        let core = try OpenVINOObject("start", in: library, free: framegen_openvino_core_free) {
            framegen_openvino_core_create(library.number, $0)
        }
        let properties = [
            ("INFERENCE_PRECISION_HINT", options.precision.openVINOName),
            // Never more than there are processors, however many are allowed.
            ("INFERENCE_NUM_THREADS", String(min(threads.overflow ? .max : threads.partialValue, Int(Int32.max)))),
            ("NUM_STREAMS", String(sessionCount)),
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
        return try SharedRuntimeObject(
            "compile the network", in: library, free: framegen_openvino_compiled_model_free
        ) { framegen_openvino_core_compile_model(library.number, core.pointer, model.pointer, device, $0) }
    }

    /// Every input must be written before a run, so one that nobody named would be run with rubbish.
    func checkCounts() throws(FramegenError) {
        let compiled = try compiled.pointer()
        var (inputCount, outputCount) = (0, 0)
        let status = framegen_openvino_compiled_model_counts(
            library.number, compiled, &inputCount, &outputCount)
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
                "OpenVINO \(library.version) would compute in \(effective) on this processor, expected "
                    + precision.openVINOName)
        }
    }
}

extension Precision {
    /// OpenVINO's name of the element type.
    fileprivate var openVINOName: String {
        switch self {
        case .fp32: "f32"
        case .bf16: "bf16"
        case .fp16: "f16"
        }
    }
}
