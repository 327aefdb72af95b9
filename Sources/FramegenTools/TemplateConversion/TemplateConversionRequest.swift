public import FrameGeneration

/// A template whose images are to become PNG files that hold what framegen sees; what the command line, a server or a binding
/// builds.
///
/// Decoders of JPEG may differ by a few levels, so that an app with another one would render other bytes of the original
/// images. PNG files of 8-bit colour have one reading.
public struct TemplateConversionRequest: Sendable, Codable, Equatable {
    /// The template's folder.
    public var templatePath: String
    /// The folder to write, which becomes a template; those above it are made when they are not there.
    public var outputPath: String
    /// Whether a template that is there already, with nothing else in its folder, may be replaced.
    public var overwrites = false

    /// A request that replaces nothing.
    public init(templatePath: String, outputPath: String) {
        self.templatePath = templatePath
        self.outputPath = outputPath
    }

    /// Reads a request in which all but the two paths may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        templatePath = try container.decode(String.self, forKey: .templatePath)
        outputPath = try container.decode(String.self, forKey: .outputPath)
        overwrites = try container.decode(.overwrites, default: overwrites)
    }
}

/// What a conversion of a template reports while it works.
public enum TemplateConversionEvent: Sendable {
    /// The template's files were found, and so many images will be written, those of parsing too.
    case started(imageCount: Int)
    /// So many images have been written up to now.
    case imagesFinished(count: Int)
}

/// What a conversion of a template has made.
public struct TemplateConversionSummary: Sendable {
    /// The folder.
    public let path: String
    /// Images in `full_body_img`.
    public let imageCount: Int
    /// Images in `parsing`.
    public let parsingCount: Int
    /// The size that all images share.
    public let imageSize: ImageSize
    /// Of all files.
    public let byteCount: Int
    /// From the request to the completed folder.
    public let duration: Duration
}
