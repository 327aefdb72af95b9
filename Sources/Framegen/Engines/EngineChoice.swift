import FrameGeneration
import ONNXRuntimeEngine
import OpenVINOEngine

/// What runs the network.
public enum EngineChoice: String, Sendable, Codable, CaseIterable {
    /// ONNX Runtime in fp32, where it is the faster on x86-64, and OpenVINO in bf16, which only that computes in; the other
    /// where only that is found, and the reference engine where neither is. ONNX Runtime where an execution provider is
    /// asked for.
    case auto
    /// OpenVINO.
    case openvino
    /// ONNX Runtime, on any of its execution providers.
    case onnxruntime
    /// Plain Swift: needs nothing, and takes seconds a frame.
    case reference
    /// No network at all: the face comes out as it went in. For measuring everything else.
    case passthrough
}

extension EngineChoice {
    /// Finds the engine.
    ///
    /// - Parameters:
    ///   - provider: what ONNX Runtime computes on; nil for the processor.
    ///   - precision: what it is to compute in.
    /// - Returns: the engine, and what the user should know about it: for `auto` why it is not a fast one, if it is not.
    /// - Throws: `FramegenError` with `.notFound` when an engine asked for by name has no runtime here, or its runtime
    ///   not the provider; `.invalidRequest` when the engine has no providers.
    func resolve(
        provider: ExecutionProvider?, precision: Precision
    ) throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        if let provider, self != .onnxruntime {
            guard self == .auto else {
                throw FramegenError(
                    .invalidRequest,
                    "the provider \(provider.rawValue) is one of ONNX Runtime's, and the engine is \(rawValue), expected "
                        + "onnxruntime")
            }
            return try EngineChoice.onnxruntime.resolve(provider: provider, precision: precision)
        }
        switch self {
        case .reference:
            return (ReferenceEngine(), nil)
        case .passthrough:
            return (PassThroughEngine(), nil)
        case .openvino:
            _ = try OpenVINOEngine.locateRuntime()
            return (OpenVINOEngine(), nil)
        case .onnxruntime:
            let provider = provider ?? .cpu
            _ = try ONNXRuntimeEngine.locateRuntime(offering: provider)
            let warning =
                "ONNX Runtime leaves to the processor what its provider \(provider.rawValue) cannot do, and does not say "
                + "how much"
            return (ONNXRuntimeEngine(provider: provider), provider.runsWholeNetworks ? nil : warning)
        case .auto:
            return try Self.fastest(in: precision)
        }
    }

    private static func fastest(
        in precision: Precision
    ) throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        let choices: [EngineChoice] =
            switch precision {
            case .fp32: [.onnxruntime, .openvino]
            case .bf16: [.openvino, .onnxruntime]
            }
        var missing: [String] = []
        for choice in choices {
            do throws(FramegenError) {
                return try choice.resolve(provider: nil, precision: precision)
            } catch  where error.code == .notFound {
                missing.append(error.message)
            }
        }
        return (
            ReferenceEngine(),
            "frames will take seconds each on the reference engine: \(missing.joined(separator: "; "))"
        )
    }
}
