public import FrameGeneration

/// One speech of one avatar, and where it goes: what the command line, a server or a binding builds.
///
/// As JSON all but the source and the speech may be left out.
public struct GenerationRequest: Sendable, Codable, Hashable {
    /// The avatar's files.
    public var source: AvatarSource
    /// How the avatar is loaded.
    public var settings = AvatarSettings()
    /// What it says.
    public var speech: SpeechFiles
    /// How it says it.
    public var take = TakeSettings()
    /// Where the frames go.
    public var outputs: [Output] = []

    /// A request with default settings, to be changed as needed.
    public init(_ source: AvatarSource, speech: SpeechFiles, outputs: [Output] = []) {
        self.source = source
        self.speech = speech
        self.outputs = outputs
    }

    /// Reads a request in which all but the source and the speech may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        source = try container.decode(AvatarSource.self, forKey: .source)
        settings = try container.decode(.settings, default: settings)
        speech = try container.decode(SpeechFiles.self, forKey: .speech)
        take = try container.decode(.take, default: take)
        outputs = try container.decode(.outputs, default: outputs)
    }
}

/// The files of a speech.
public enum SpeechFiles: Sendable, Codable, Hashable {
    /// Any file with sound that FFmpeg reads: features are made of it, and it is the video's sound track.
    case sound(path: String)
    /// Features as `.npy`, or as raw float32 with or without a JSON file beside it; and the video's sound track, if any.
    case features(path: String, soundPath: String? = nil)

    /// All of them.
    public var paths: [String] {
        switch self {
        case .sound(let path): [path]
        case .features(let path, let soundPath): [path, "\(path).json"] + (soundPath.map { [$0] } ?? [])
        }
    }

    /// As an avatar takes it.
    public var speech: Speech {
        switch self {
        case .sound(let path): .sound(path: path)
        case .features(let path, let soundPath): .features(path: path, soundPath: soundPath)
        }
    }
}
