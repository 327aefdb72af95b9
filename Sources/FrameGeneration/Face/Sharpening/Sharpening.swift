/// How much of its sharpness a face regains that is larger than the network's square, and was blurred by the network and
/// the way through the square.
public enum Sharpening: Sendable, Hashable {
    /// As much as makes it as sharp as the template; nothing where the face is not larger than the square.
    case auto
    /// That part of it, 0…1: 0 leaves the face as the original does, byte for byte.
    case part(Double)

    /// None.
    public static let off = Sharpening.part(0)

    /// Reads `auto` or a number of 0…1; nil for anything else.
    public init?(_ text: String) {
        if text == "auto" {
            self = .auto
        } else {
            guard let part = Double(text), (0...1).contains(part) else { return nil }
            self = .part(part)
        }
    }

    /// What texts may say, for messages and help.
    package static let expectation = "auto, or a number from 0 to 1"

    /// Faces larger than the square by this part are sharpened in full by `auto`, smaller ones less, so that a face that
    /// grows over the square shows no step.
    private static let rise = 0.1

    /// How much of what was lost a face regains.
    ///
    /// - Parameters:
    ///   - side: of the face box, the longer one.
    ///   - cropSide: of the square that it is resized to.
    /// - Returns: the part of it, 0…1.
    package func strength(side: Double, cropSide: Int) -> Float {
        let excess = side / Double(cropSide) - 1
        guard excess > 0 else { return 0 }
        return switch self {
        case .auto: Float(min(excess / Self.rise, 1))
        case .part(let part): Float(part)
        }
    }
}

extension Sharpening: CustomStringConvertible {
    /// As `init(_:)` reads it.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .part(let part): part == part.rounded() ? "\(Int(part))" : "\(part)"
        }
    }
}

extension Sharpening: Codable {
    /// Reads the text or the number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        if let number = try? container.decode(Double.self) {
            text = "\(number)"
        } else {
            text = try container.decode(String.self)
        }
        self = try decoder.value(
            of: text, { Sharpening($0) }, orFail: "the sharpening is \(text), expected \(Self.expectation)")
    }

    /// Writes the text or the number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .auto: try container.encode("auto")
        case .part(let part): try container.encode(part)
        }
    }
}
