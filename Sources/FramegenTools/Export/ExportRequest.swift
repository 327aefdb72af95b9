public import FrameGeneration
public import Framegen
public import ModelFiles

/// A checkpoint to be written as an ONNX model or a Core ML package, and how; what the command line, a server or a binding builds.
///
/// As JSON all but the two paths may be left out.
public struct ExportRequest: Sendable, Codable, Equatable {
    /// The checkpoint (`.pth`) of a generator or of the audio encoder.
    public var checkpointPath: String
    /// The `.onnx` file or the `.mlpackage` to write, as its name ends; its folder is made when it is not there.
    public var outputPath: String
    /// The kind of features the generator takes; nil to go by the checkpoint.
    public var features: FeatureKind?
    /// The key in the checkpoint that the generator stands under, such as `ema`, where there are several; nil to tell by
    /// where it usually stands.
    public var weightsKey: String?
    /// Whether batch norms are folded into the convolutions before them.
    public var foldsBatchNormalization = true
    /// How weights are stored; nil for float32 in ONNX, and float16 in a Core ML package, whose inputs, outputs and all
    /// between are of the same type.
    public var weights: WeightType?
    /// Samples that the model takes at once; a Core ML package always takes so many.
    public var batch = ExportBatch.fixed(1)
    /// Whether a file that is there already may be replaced.
    public var overwrites = false
    /// Whether the model is run before it is put in place, beside the reference engine on the checkpoint.
    public var validates = true
    /// What runs the model when it is validated.
    public var engine = EngineSettings()
    /// The arithmetic of the validation.
    public var precision = Precision.fp32

    /// A request with default settings, to be changed as needed.
    public init(checkpointPath: String, outputPath: String) {
        self.checkpointPath = checkpointPath
        self.outputPath = outputPath
    }

    // Decoding is written out so that settings left out of the JSON keep their defaults.

    /// Reads a request in which all but the two paths may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        checkpointPath = try container.decode(String.self, forKey: .checkpointPath)
        outputPath = try container.decode(String.self, forKey: .outputPath)
        features = try container.decodeIfPresent(FeatureKind.self, forKey: .features)
        weightsKey = try container.decodeIfPresent(String.self, forKey: .weightsKey)
        foldsBatchNormalization = try container.decode(.foldsBatchNormalization, default: foldsBatchNormalization)
        weights = try container.decodeIfPresent(WeightType.self, forKey: .weights)
        batch = try container.decode(.batch, default: batch)
        overwrites = try container.decode(.overwrites, default: overwrites)
        validates = try container.decode(.validates, default: validates)
        engine = try container.decode(.engine, default: engine)
        precision = try container.decode(.precision, default: precision)
    }
}

/// Samples that an exported model takes at once; in JSON a number, or `dynamic`.
public enum ExportBatch: Sendable, Hashable, Codable, LosslessStringConvertible {
    /// Always so many.
    case fixed(Int)
    /// As many as are given at each run.
    case dynamic

    /// What a fixed batch can be.
    public static let range = 1...64

    /// The number, or `dynamic`.
    public var description: String {
        switch self {
        case .fixed(let count): "\(count)"
        case .dynamic: "dynamic"
        }
    }

    /// A whole number within `range`, or `dynamic`; nil for any other text.
    public init?(_ text: String) {
        if text == "dynamic" {
            self = .dynamic
        } else if let count = Int(text), Self.range.contains(count) {
            self = .fixed(count)
        } else {
            return nil
        }
    }

    /// Reads a number or `dynamic`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try (try? container.decode(Int.self)).map { "\($0)" } ?? container.decode(String.self)
        self = try decoder.value(
            of: text, { ExportBatch($0) }, orFail: "the batch is \(text), expected 1 to 64 or dynamic")
    }

    /// Writes a number or `dynamic`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .fixed(let count): try container.encode(count)
        case .dynamic: try container.encode("dynamic")
        }
    }
}
