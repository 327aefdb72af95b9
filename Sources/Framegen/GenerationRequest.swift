public import FrameGeneration

/// What to render and how; what the command line, a server or a binding builds, and `FrameGenerator` runs.
///
/// As JSON every field but the three paths may be left out.
public struct GenerationRequest: Sendable, Codable, Equatable {
    /// The generator's checkpoint (`.pth`).
    public var checkpointPath: String
    /// The folder that holds `full_body_img` and `landmarks`.
    public var templatePath: String
    /// Features as `.npy`, or as raw float32 with or without a JSON file beside it.
    public var audioFeaturesPath: String
    /// The first of the template's frames to be used, from 0.
    public var startFrame = 0
    /// Whether the template's `parsing` images say where torso and background keep their pixels.
    public var usesParsing = false
    /// Frames to make at most; nil for one a row of features.
    public var frameLimit: Int?
    /// What runs the network.
    public var engine = EngineChoice.auto
    /// Threads the engine may use; nil for one a processor.
    public var threads: Int?
    /// The arithmetic of the network.
    public var precision = Precision.fp32
    /// Where the frames go; nil when the caller takes them from `FrameGenerator.frames`.
    public var frameFolder: FrameFolder?

    /// Frames as numbered image files in a folder.
    public struct FrameFolder: Sendable, Codable, Equatable {
        /// The folder; made when it is not there.
        public var path: String
        /// The files' format.
        public var format = FrameFormat.png
        /// Whether frames that are there already may be replaced.
        public var overwrites = false

        /// Frames in the folder at `path`.
        public init(path: String, format: FrameFormat = .png, overwrites: Bool = false) {
            self.path = path
            self.format = format
            self.overwrites = overwrites
        }
    }

    /// A request with default settings, to be changed as needed.
    public init(checkpointPath: String, templatePath: String, audioFeaturesPath: String) {
        self.checkpointPath = checkpointPath
        self.templatePath = templatePath
        self.audioFeaturesPath = audioFeaturesPath
    }
}

/// The format of frames written as files.
public enum FrameFormat: String, Sendable, Codable, CaseIterable {
    /// Lossless.
    case png
    /// JPEG of quality 95.
    case jpg
}

// Decoding is written out so that settings left out of the JSON keep their defaults.

extension GenerationRequest {
    /// Reads a request in which all but the three paths may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            checkpointPath: try container.decode(String.self, forKey: .checkpointPath),
            templatePath: try container.decode(String.self, forKey: .templatePath),
            audioFeaturesPath: try container.decode(String.self, forKey: .audioFeaturesPath))
        startFrame = try container.decodeIfPresent(Int.self, forKey: .startFrame) ?? startFrame
        usesParsing = try container.decodeIfPresent(Bool.self, forKey: .usesParsing) ?? usesParsing
        frameLimit = try container.decodeIfPresent(Int.self, forKey: .frameLimit)
        engine = try container.decodeIfPresent(EngineChoice.self, forKey: .engine) ?? engine
        threads = try container.decodeIfPresent(Int.self, forKey: .threads)
        precision = try container.decodeIfPresent(Precision.self, forKey: .precision) ?? precision
        frameFolder = try container.decodeIfPresent(FrameFolder.self, forKey: .frameFolder)
    }
}

extension GenerationRequest.FrameFolder {
    /// Reads a folder of which all but the path may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            path: try container.decode(String.self, forKey: .path),
            format: try container.decodeIfPresent(FrameFormat.self, forKey: .format) ?? .png,
            overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false)
    }
}
