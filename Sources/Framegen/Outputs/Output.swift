import FrameGeneration
public import Media

/// Where a take's frames go; each kind of output is a case here and a sink.
///
/// As JSON it is an object with one key, such as `{"video": {"path": "talk.mp4"}}`.
public enum Output: Sendable, Hashable {
    /// A video file.
    case video(VideoOutput)
    /// A folder of images.
    case frames(FrameFolder)

    /// The file or folder.
    public var path: String {
        switch self {
        case .video(let video): video.path
        case .frames(let folder): folder.path
        }
    }

    /// Checks before any work that it may be written.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for a name that does not do, `.cannotWrite` when it is taken.
    package func check() throws(FramegenError) {
        switch self {
        case .video(let video):
            try VideoFileSink.check(video.path, overwrites: video.overwrites)
            try OutputFile.checkIdle(video.path)
        case .frames(let folder): _ = try folder.open()
        }
    }

    /// A sink for frames of that format.
    ///
    /// - Throws: as `check`, and `.notFound` when there is no encoder.
    func open(_ format: TakeFormat) throws(FramegenError) -> any FrameSink {
        switch self {
        case .video(let video): try video.open(format)
        case .frames(let folder): try folder.open()
        }
    }
}

extension Output: Codable {
    private enum CodingKeys: CodingKey { case video, frames }

    /// Reads an object whose one key says what kind of output it holds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: container.codingPath, debugDescription: "an output is either a video or frames"))
        }
        switch key {
        case .video: self = .video(try container.decode(VideoOutput.self, forKey: key))
        case .frames: self = .frames(try container.decode(FrameFolder.self, forKey: key))
        }
    }

    /// Writes the object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .video(let video): try container.encode(video, forKey: .video)
        case .frames(let folder): try container.encode(folder, forKey: .frames)
        }
    }
}

/// Frames as a video with the speech's sound.
public struct VideoOutput: Sendable, Codable, Hashable {
    /// The file, `.mp4`; its folder is made when it is not there.
    public var path: String
    /// H.264's constant rate factor, from 0 (lossless) to 51 (smallest).
    public var constantRateFactor = 20
    /// The encoder's trade of time for size.
    public var preset = VideoPreset.veryfast
    /// Whether every frame leaves the encoder before the next one comes, at the price of a larger file.
    public var isLowDelay = false
    /// Whether a file that is there already may be replaced.
    public var overwrites = false

    /// A video at `path`, with usual settings, to be changed as needed.
    public init(path: String) { self.path = path }

    /// Reads a video of which all but the path may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        constantRateFactor = try container.decode(.constantRateFactor, default: constantRateFactor)
        preset = try container.decode(.preset, default: preset)
        isLowDelay = try container.decode(.isLowDelay, default: isLowDelay)
        overwrites = try container.decode(.overwrites, default: overwrites)
    }

    func open(_ format: TakeFormat) throws(FramegenError) -> VideoFileSink {
        var settings = VideoSettings(
            frameRate: format.frameRate, crf: constantRateFactor, preset: preset,
            threads: preset.threadsBesideNetworks(frameSize: format.frameSize, processorCount: processorCount))
        settings.lowDelay = isLowDelay
        return try VideoFileSink(
            path: path, frameSize: format.frameSize, settings: settings, sound: format.sound,
            segment: format.segment.map {
                VideoSegment(number: $0.number, count: $0.count, firstFrame: format.firstFrame)
            },
            overwrites: overwrites)
    }
}

/// Frames as numbered image files in a folder.
public struct FrameFolder: Sendable, Codable, Hashable {
    /// The folder; made when it is not there.
    public var path: String
    /// The files' format.
    public var format = FrameFormat.png
    /// Whether frames that are there already may be replaced.
    public var overwrites = false

    /// Frames in the folder at `path`, with usual settings, to be changed as needed.
    public init(path: String) { self.path = path }

    /// Reads a folder of which all but the path may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        format = try container.decode(.format, default: format)
        overwrites = try container.decode(.overwrites, default: overwrites)
    }

    func open() throws(FramegenError) -> FrameFolderSink {
        try FrameFolderSink(path: path, encoder: format.encoder, overwrites: overwrites)
    }
}

/// The format of frames written as files.
public enum FrameFormat: String, Sendable, Codable, CaseIterable {
    /// Lossless.
    case png
    /// JPEG of quality 95.
    case jpg

    var encoder: any ImageEncoding {
        switch self {
        case .png: PNGEncoder()
        case .jpg: JPEGEncoder(quality: 95)
        }
    }
}
