package import FrameGeneration

extension ExecutionProvider {
    /// What ONNX Runtime lists it as.
    package var listedName: String {
        switch self {
        case .cpu: "CPUExecutionProvider"
        case .cuda: "CUDAExecutionProvider"
        case .tensorrt: "TensorrtExecutionProvider"
        case .migraphx: "MIGraphXExecutionProvider"
        case .coreml: "CoreMLExecutionProvider"
        case .openvino: "OpenVINOExecutionProvider"
        case .webgpu: "WebGpuExecutionProvider"
        case .xnnpack: "XnnpackExecutionProvider"
        }
    }

    /// What a session has to be told to run on it.
    struct Registration {
        /// The name that the shim registers it by.
        let name: String
        /// Settings that keep it to float32, by ONNX Runtime's keys.
        var settings: [(key: String, value: String)] = []
    }

    /// In the order in which a session prefers them; the processor always comes last and need not be told.
    func registrations(threads: Int) -> [Registration] {
        let cuda = Registration(name: "CUDA", settings: [("use_tf32", "0")])
        return switch self {
        case .cpu: []
        case .cuda: [cuda]
        case .tensorrt: [Registration(name: "TensorRT"), cuda]
        case .migraphx: [Registration(name: "MIGraphX")]
        // The older format of Core ML's models computes in half precision.
        case .coreml: [Registration(name: "CoreML", settings: [("ModelFormat", "MLProgram")])]
        case .openvino:
            [
                Registration(
                    name: "OpenVINO",
                    settings: [("device_type", "CPU"), ("precision", "FP32"), ("num_of_threads", "\(threads)")])
            ]
        case .webgpu: [Registration(name: "WebGPU")]
        case .xnnpack: [Registration(name: "XNNPACK", settings: [("intra_op_num_threads", "\(threads)")])]
        }
    }
}
