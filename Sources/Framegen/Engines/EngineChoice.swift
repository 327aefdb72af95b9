import FrameGeneration
import OpenVINOEngine

/// What runs the network.
public enum EngineChoice: String, Sendable, Codable, CaseIterable {
    /// OpenVINO where its runtime is found, the reference engine elsewhere.
    case auto
    /// OpenVINO.
    case openvino
    /// Plain Swift: needs nothing, and takes seconds a frame.
    case reference
    /// No network at all: the face comes out as it went in. For measuring everything else.
    case passthrough
}

extension EngineChoice {
    /// The engine, and for `auto` why it is not the fast one, if it is not.
    ///
    /// - Throws: `FramegenError` with `.notFound` when an engine asked for by name has no runtime here.
    func resolve() throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        switch self {
        case .reference:
            return (ReferenceEngine(), nil)
        case .passthrough:
            return (PassThroughEngine(), nil)
        case .openvino:
            _ = try OpenVINOEngine.locateRuntime()
            return (OpenVINOEngine(), nil)
        case .auto:
            do throws(FramegenError) {
                return try EngineChoice.openvino.resolve()
            } catch  where error.code == .notFound {
                return (ReferenceEngine(), "frames will take seconds each on the reference engine: \(error.message)")
            }
        }
    }
}
