/// Which of a template's frames are used, forth and back.
public enum TemplateWalk: Sendable, Hashable {
    /// All of them.
    case whole
    /// From the first to the last of these.
    case frames(ClosedRange<Int>)
    /// As many from the first on as the template cache holds, so that a long template is as fast as a short one.
    ///
    /// All, where the cache holds less than `leastCachedCount`: a walk that is shorter than that looks like a loop.
    case cached

    /// Frames that `cached` uses at least: four seconds of the usual 25 a second, so that a frame comes back after eight.
    package static let leastCachedCount = 100

    /// Reads `all`, `cached`, or the first and the last frame such as `100..199`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "all": self = .whole
        case "cached": self = .cached
        default:
            let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last else {
                return nil
            }
            self = .frames(first...last)
        }
    }

    /// What texts may say, for messages and help.
    package static let expectation = "the first and the last image, such as 100..199, or all, or cached"
}

extension TemplateWalk: CustomStringConvertible {
    /// As `init(_:)` reads it.
    public var description: String {
        switch self {
        case .whole: "all"
        case .cached: "cached"
        case .frames(let range): "\(range.lowerBound)..\(range.upperBound)"
        }
    }
}

extension TemplateWalk: Codable {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = try decoder.value(
            of: text, { TemplateWalk($0) }, orFail: "the walk is \(text), expected \(Self.expectation)")
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
