public import FrameGeneration
import ModelFiles

/// The files that an avatar is loaded from.
public struct AvatarSource: Sendable, Codable, Hashable {
    /// The trained generator.
    public var generator: GeneratorSource
    /// The folder that holds `full_body_img` and `landmarks`.
    public var templatePath: String
    /// The audio encoder's checkpoint (`.pth`); nil where all speech comes as features.
    public var audioEncoderPath: String?
    /// The kind of features the generator takes; nil to go by its file, and where that does not tell, by what it is to say.
    public var features: FeatureKind?
    /// How face crops are resized; nil for the way of the program that the checkpoint comes from.
    public var cropResampling: Resampling?
    /// The key in the checkpoint that the generator stands under, such as `ema`, where there are several; nil to tell by
    /// where it usually stands.
    public var weightsKey: String?

    /// An avatar that speaks sound, or features alone where there is no audio encoder.
    public init(_ generator: GeneratorSource, templatePath: String, audioEncoderPath: String? = nil) {
        self.generator = generator
        self.templatePath = templatePath
        self.audioEncoderPath = audioEncoderPath
    }
}

/// The file of a trained generator.
public enum GeneratorSource: Sendable, Codable, Hashable {
    /// A PyTorch checkpoint (`.pth`).
    case checkpoint(path: String)
    /// ONNX, of any exporter.
    case onnx(path: String)
    /// A Core ML package (`.mlpackage`).
    case coreML(path: String)

    /// A model in the format that its name tells, and ONNX where it tells none.
    public static func model(path: String) -> GeneratorSource {
        switch ModelFormat(path: path) {
        case .coreML: .coreML(path: path)
        case .onnx, nil: .onnx(path: path)
        }
    }

    /// The file.
    public var path: String {
        switch self {
        case .checkpoint(let path), .onnx(let path), .coreML(let path): path
        }
    }
}
