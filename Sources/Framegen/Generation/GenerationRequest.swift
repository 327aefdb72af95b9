public import FrameGeneration
public import ONNXRuntimeEngine

/// What to render and how; what the command line, a server or a binding builds, and `FrameGenerator` runs.
///
/// It needs a checkpoint or an ONNX model, a template, and features or else sound with an audio encoder. As JSON
/// everything else may be left out.
public struct GenerationRequest: Sendable, Codable, Equatable {
    /// The generator's checkpoint (`.pth`); nil where there is an ONNX model.
    public var checkpointPath: String?
    /// The generator as ONNX, of any exporter; nil where there is a checkpoint.
    public var modelPath: String?
    /// The kind of features the generator takes; nil to go by its file, and where that does not tell, by the
    /// features.
    public var features: FeatureKind?
    /// How face crops are resized; nil for the way of the program that the checkpoint comes from.
    public var cropResampling: Resampling?
    /// The folder that holds `full_body_img` and `landmarks`.
    public var templatePath: String
    /// Features as `.npy`, or as raw float32 with or without a JSON file beside it; nil to make them of the sound.
    public var audioFeaturesPath: String?
    /// Any file with sound that FFmpeg reads: the video's sound track, and what features are made of where none are
    /// given.
    public var audioPath: String?
    /// The audio encoder's checkpoint (`.pth`); needed where no features are given.
    public var audioEncoderPath: String?
    /// The first of the template's frames to be used, from 0.
    public var startFrame = 0
    /// Whether the template's `parsing` images say where torso and background keep their pixels.
    public var usesParsing = false
    /// Frames to make at most; nil for the whole sound.
    public var frameLimit: Int?
    /// Frames a second; nil for one a feature row: 25, or 20 with WeNet features.
    public var frameRate: FrameRate?
    /// What runs the networks.
    public var engine = EngineChoice.auto
    /// What ONNX Runtime computes on; nil for the processor, and for engines that have no choice.
    public var provider: ExecutionProvider?
    /// Threads the engine may use; nil for one a processor.
    public var threads: Int?
    /// The arithmetic of the networks.
    public var precision = PrecisionChoice.fp32
    /// Memory for what depends on the template alone, which is computed once for each of its frames and used whenever
    /// the frame comes back; 0 for none, nil for `MemoryBudget.standardInBytes`.
    public var templateCacheInBytes: Int?
    /// Whether what the network computes for each of the template's frames is kept in the template's folder
    /// `framegen-cache` too, where a later run with the same generator finds it.
    ///
    /// For each template frame of a 328 generator that is 3 MB, and up to 13 MB where
    /// `templateCacheInBytes` has room for it. What two generators need stays, of more the longest unused is removed when
    /// a run adds files.
    public var keepsTemplateCacheOnDisk = false
    /// A folder for the frames as images.
    public var frameFolder: FrameFolder?
    /// A file for the frames as a video.
    public var video: Video?
    /// A folder for every intermediate of some frames.
    public var tensorDump: TensorDump?

    /// A request on features that are there already, with default settings, to be changed as needed.
    public init(checkpointPath: String, templatePath: String, audioFeaturesPath: String) {
        self.checkpointPath = checkpointPath
        self.templatePath = templatePath
        self.audioFeaturesPath = audioFeaturesPath
    }

    /// A request on sound, with default settings, to be changed as needed.
    public init(checkpointPath: String, templatePath: String, audioPath: String, audioEncoderPath: String) {
        self.checkpointPath = checkpointPath
        self.templatePath = templatePath
        self.audioPath = audioPath
        self.audioEncoderPath = audioEncoderPath
    }

    /// A request whose generator and speech are still to be set.
    package init(templatePath: String) {
        self.templatePath = templatePath
    }

    // Decoding is written out so that settings left out of the JSON keep their defaults.

    /// Reads a request in which all but the template may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        checkpointPath = try container.decodeIfPresent(String.self, forKey: .checkpointPath)
        modelPath = try container.decodeIfPresent(String.self, forKey: .modelPath)
        templatePath = try container.decode(String.self, forKey: .templatePath)
        features = try container.decodeIfPresent(FeatureKind.self, forKey: .features)
        cropResampling = try container.decodeIfPresent(Resampling.self, forKey: .cropResampling)
        audioFeaturesPath = try container.decodeIfPresent(String.self, forKey: .audioFeaturesPath)
        audioPath = try container.decodeIfPresent(String.self, forKey: .audioPath)
        audioEncoderPath = try container.decodeIfPresent(String.self, forKey: .audioEncoderPath)
        startFrame = try container.decodeIfPresent(Int.self, forKey: .startFrame) ?? startFrame
        usesParsing = try container.decodeIfPresent(Bool.self, forKey: .usesParsing) ?? usesParsing
        frameLimit = try container.decodeIfPresent(Int.self, forKey: .frameLimit)
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
        engine = try container.decodeIfPresent(EngineChoice.self, forKey: .engine) ?? engine
        provider = try container.decodeIfPresent(ExecutionProvider.self, forKey: .provider)
        threads = try container.decodeIfPresent(Int.self, forKey: .threads)
        precision = try container.decodeIfPresent(PrecisionChoice.self, forKey: .precision) ?? precision
        templateCacheInBytes = try container.decodeIfPresent(Int.self, forKey: .templateCacheInBytes)
        keepsTemplateCacheOnDisk =
            try container.decodeIfPresent(Bool.self, forKey: .keepsTemplateCacheOnDisk) ?? keepsTemplateCacheOnDisk
        frameFolder = try container.decodeIfPresent(FrameFolder.self, forKey: .frameFolder)
        video = try container.decodeIfPresent(Video.self, forKey: .video)
        tensorDump = try container.decodeIfPresent(TensorDump.self, forKey: .tensorDump)
    }
}
