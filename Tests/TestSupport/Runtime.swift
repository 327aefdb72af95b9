package import EngineSupport
package import FrameGeneration
import ONNXRuntimeEngine
import OpenVINOEngine
import Testing

/// The runtimes that framegen installs, to be tested alike.
package enum Runtime: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case openvino, onnxruntime

    package var testDescription: String { rawValue }

    /// How it is found.
    package var kind: RuntimeKind {
        switch self {
        case .openvino: .openVINO
        case .onnxruntime: .onnxRuntime
        }
    }

    /// An engine on it, with the processor for its device.
    package var engine: any InferenceEngine {
        switch self {
        case .openvino: OpenVINOEngine()
        case .onnxruntime: ONNXRuntimeEngine()
        }
    }

    package func session(
        libraryFolder: String? = nil, onnx: [UInt8], inputs: [NetworkGraph.Value], outputs: [String], threads: Int = 1
    ) throws(FramegenError) -> sending any InferenceSession {
        let options = SessionOptions(threads: threads)
        return switch self {
        case .openvino:
            try OpenVINOEngine(libraryFolder: libraryFolder)
                .makeSession(onnx: onnx, inputs: inputs, outputs: outputs, options: options)
        case .onnxruntime:
            try ONNXRuntimeEngine(libraryFolder: libraryFolder)
                .makeSession(onnx: onnx, inputs: inputs, outputs: outputs, options: options)
        }
    }

    /// Path and version of the runtime that is found.
    package func locate(libraryFolder: String? = nil) throws(FramegenError) -> (path: String, version: String) {
        switch self {
        case .openvino:
            let found = try OpenVINOEngine.locateRuntime(libraryFolder: libraryFolder)
            return (found.libraryPath, found.version)
        case .onnxruntime:
            let found = try ONNXRuntimeEngine.locateRuntime(libraryFolder: libraryFolder)
            return (found.libraryPath, found.version)
        }
    }
}
