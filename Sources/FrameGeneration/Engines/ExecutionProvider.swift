/// What ONNX Runtime computes on: its execution providers.
///
/// A library offers those that it was built with. The common one offers `cpu` alone; its makers publish others with
/// GPUs, which `FRAMEGEN_ONNXRUNTIME` can name. Only `cpu` and `openvino` have been run by framegen's authors so far;
/// the others are set up as ONNX Runtime documents them.
public enum ExecutionProvider: String, Sendable, Codable, CaseIterable {
    /// ONNX Runtime's own code for processors.
    case cpu
    /// NVIDIA GPUs through CUDA and cuDNN, in float32 proper, without TF32. Not yet run.
    case cuda
    /// NVIDIA GPUs through TensorRT, and CUDA for what that cannot do; takes minutes to prepare a network. Not yet run.
    case tensorrt
    /// AMD GPUs through MIGraphX. Not yet run.
    case migraphx
    /// Apple's GPUs and processors through Core ML, and the processor for what that cannot do. Not yet run.
    case coreml
    /// Intel's OpenVINO inside ONNX Runtime, on the processor.
    case openvino
    /// GPUs through WebGPU, and the processor for what that cannot do. Not yet run.
    case webgpu
    /// XNNPACK's code for ARM and other small processors, and ONNX Runtime's own for the rest. Not yet run.
    case xnnpack

    /// Whether it computes whole networks or refuses them; the others leave to the processor what they cannot do.
    public var runsWholeNetworks: Bool {
        switch self {
        case .cpu, .cuda, .tensorrt, .migraphx, .openvino: true
        case .coreml, .webgpu, .xnnpack: false
        }
    }
}
