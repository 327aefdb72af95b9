import FrameGeneration
public import Media

extension GenerationRequest {
    /// Frames as numbered image files in a folder.
    public struct FrameFolder: Sendable, Codable, Equatable {
        /// The folder; made when it is not there.
        public var path: String
        /// The files' format.
        public var format: FrameFormat
        /// Whether frames that are there already may be replaced.
        public var overwrites: Bool

        /// Frames in the folder at `path`.
        public init(path: String, format: FrameFormat = .png, overwrites: Bool = false) {
            self.path = path
            self.format = format
            self.overwrites = overwrites
        }

        /// Reads a folder of which all but the path may be left out.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                path: try container.decode(String.self, forKey: .path),
                format: try container.decodeIfPresent(FrameFormat.self, forKey: .format) ?? .png,
                overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false)
        }
    }

    /// Frames as a video with the request's sound.
    public struct Video: Sendable, Codable, Equatable {
        /// The file, `.mp4`; its folder is made when it is not there.
        public var path: String
        /// H.264's constant rate factor, from 0 (lossless) to 51 (smallest).
        public var constantRateFactor: Int
        /// The encoder's trade of time for size.
        public var preset: VideoPreset
        /// Whether a file that is there already may be replaced.
        public var overwrites: Bool

        /// A video at `path`.
        public init(
            path: String, constantRateFactor: Int = 20, preset: VideoPreset = .veryfast, overwrites: Bool = false
        ) {
            self.path = path
            self.constantRateFactor = constantRateFactor
            self.preset = preset
            self.overwrites = overwrites
        }

        /// Reads a video of which all but the path may be left out.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                path: try container.decode(String.self, forKey: .path),
                constantRateFactor: try container.decodeIfPresent(Int.self, forKey: .constantRateFactor) ?? 20,
                preset: try container.decodeIfPresent(VideoPreset.self, forKey: .preset) ?? .veryfast,
                overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false)
        }
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
