import Foundation

/// Video frames a second, as the exact fraction that video files hold.
public struct FrameRate: Sendable, Hashable, CustomStringConvertible {
    /// Frames in `denominator` seconds.
    public let numerator: Int
    /// Seconds.
    public let denominator: Int

    /// A rate of `numerator`/`denominator` frames a second; nil unless it lies between 1 and 240.
    public init?(_ numerator: Int, per denominator: Int = 1) {
        // Both fit the 32 bits that video files have for them.
        guard (1...240_000_000).contains(numerator), (1...1_000_000).contains(denominator),
            numerator >= denominator, numerator <= 240 * denominator
        else { return nil }
        let divisor = Self.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    package static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }

    /// A whole rate, of a generator.
    init(rowsPerSecond: Int) {
        numerator = rowsPerSecond
        denominator = 1
    }

    /// Reads `25`, `29.97` or `30000/1001`; nil for anything else, or a rate that does not lie between 1 and 240.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let numerator = Int(parts[0]), let denominator = Int(parts[1]) {
            self.init(numerator, per: denominator)
            return
        }
        let digits = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(digits.count), digits.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isDigit) }),
            (digits.last?.count ?? 0) <= 6, let number = Int(digits.joined())
        else { return nil }
        let decimals = digits.count == 2 ? digits[1].count : 0
        self.init(number, per: (0..<decimals).reduce(1) { power, _ in power * 10 })
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Such as `25` or `30000/1001`.
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

extension Generator {
    /// One frame for each feature row.
    public var frameRate: FrameRate { FrameRate(rowsPerSecond: features.rowsPerSecond) }
}

extension FrameRate: Codable {
    /// Reads a number, or a text such as `30000/1001`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text =
            try (try? container.decode(Double.self)).map { String(format: "%.6f", $0) } ?? container.decode(String.self)
        self = try decoder.value(
            of: text, { FrameRate($0) }, orFail: "a frame rate is 1 to 240, such as 25 or \"30000/1001\", not \(text)")
    }

    /// Writes a text such as `25` or `30000/1001`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
