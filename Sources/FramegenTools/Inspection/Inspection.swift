public import FrameGeneration

/// What a file or folder is and holds, told from its content.
public enum Inspection: Sendable {
    /// A folder with `full_body_img`.
    case template(TemplateInspection)
    /// A `.npy` file, or raw float32.
    case features(FeatureInspection)
    /// A PyTorch checkpoint.
    case checkpoint(CheckpointInspection)
    /// An ONNX file.
    case onnx(ONNXInspection)
    /// A Core ML package.
    case coreML(CoreMLInspection)

    /// Looks at what is at `path`, off the cooperative thread pool.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound`, `.invalidData` when it is none of the kinds or is damaged
    ///   beyond recognition, or `.cancelled`.
    public init(path: String) async throws(FramegenError) {
        self = try await runBlocking { () throws(FramegenError) in
            switch try InspectedKind(of: path) {
            case .template: .template(try TemplateInspection(path: path))
            case .features: .features(try FeatureInspection(path: path))
            case .checkpoint: .checkpoint(try CheckpointInspection(path: path))
            case .onnx: .onnx(try ONNXInspection(path: path))
            case .coreML: .coreML(try CoreMLInspection(path: path))
            }
        }
    }
}

extension Inspection: Encodable {
    private enum CodingKeys: String, CodingKey { case kind }

    /// Writes the result's own keys, and `kind`: `template`, `features`, `checkpoint`, `onnx` or `coreml`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .template(let template):
            try container.encode("template", forKey: .kind)
            try template.encode(to: encoder)
        case .features(let features):
            try container.encode("features", forKey: .kind)
            try features.encode(to: encoder)
        case .checkpoint(let checkpoint):
            try container.encode("checkpoint", forKey: .kind)
            try checkpoint.encode(to: encoder)
        case .onnx(let model):
            try container.encode("onnx", forKey: .kind)
            try model.encode(to: encoder)
        case .coreML(let package):
            try container.encode("coreml", forKey: .kind)
            try package.encode(to: encoder)
        }
    }
}
