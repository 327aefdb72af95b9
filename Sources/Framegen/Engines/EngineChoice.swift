import FrameGeneration
import ONNXRuntimeEngine
import OpenVINOEngine

/// What runs the network.
public enum EngineChoice: String, Sendable, Codable, CaseIterable {
    /// In fp32 ONNX Runtime, or OpenVINO where only that is found, or else the reference engine; in bf16 OpenVINO, which
    /// alone computes in it. ONNX Runtime where an execution provider is asked for.
    ///
    /// On two cores with AVX2 the demo took 0.83 of OpenVINO's time on ONNX Runtime, once the template had been used (two
    /// runs of each in turn). On other processors neither order has been measured.
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
            switch precision {
            case .fp32: return try Self.fastestInFP32()
            case .bf16: return try EngineChoice.openvino.resolve(provider: nil, precision: precision)
            }
        }
    }

    /// A runtime that does not work is as one that is not there, but the user hears of it.
    private static func fastestInFP32() throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        var missing: [String] = []
        var broken: [String] = []
        for choice in [EngineChoice.onnxruntime, .openvino] {
            do throws(FramegenError) {
                let found = try choice.resolve(provider: nil, precision: .fp32)
                let warning = broken.map { "the engine is \(choice.rawValue): \($0)" }.first
                return (found.engine, found.warning ?? warning)
            } catch  where error.code == .notFound {
                missing.append(error.message)
            } catch  where error.code == .invalidData {
                broken.append(error.message)
            }
        }
        return (
            ReferenceEngine(),
            "frames will take seconds each on the reference engine: \((broken + missing).joined(separator: "; "))"
        )
    }
}
