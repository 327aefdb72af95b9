/// How an avatar speaks one speech.
public struct TakeSettings: Sendable, Codable, Hashable {
    /// Frames a second; nil for one a feature row: 25, or 20 with WeNet features.
    public var frameRate: FrameRate?
    /// The first of the template's frames to be used, from 0; the first frame shows the one after it, as the original's
    /// does.
    public var startFrame = 0
    /// Frames to make at most, counted from the beginning of the speech; nil for the whole speech.
    public var frameLimit: Int?
    /// The part of the speech to make, where several takes share it; nil for the whole.
    public var segment: SpeechSegment?
    /// What the mouth does where nobody speaks; live speech rests in any case between what is said.
    public var silence = Silence.exact
    /// The first frame of the speech to make.
    package var firstFrame = 0
    /// Whether frames come with their `picture` too; sinks that want pictures get them in any case.
    public var makesPictures = false

    private enum CodingKeys: CodingKey { case frameRate, startFrame, frameLimit, segment, silence, makesPictures }

    /// The whole speech at its natural rate, to be changed as needed.
    public init() {}

    /// Reads settings of which all may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
        startFrame = try container.decode(.startFrame, default: startFrame)
        frameLimit = try container.decodeIfPresent(Int.self, forKey: .frameLimit)
        segment = try container.decodeIfPresent(SpeechSegment.self, forKey: .segment)
        silence = try container.decode(.silence, default: silence)
        makesPictures = try container.decode(.makesPictures, default: makesPictures)
    }
}

/// One of several parts of a speech, about equally long, which put together are the whole.
public struct SpeechSegment: Sendable, Codable, Hashable, CustomStringConvertible {
    /// From 1.
    public let number: Int
    /// Parts in all.
    public let count: Int

    /// Part `number` of `count`; nil unless `number` is 1…`count` and `count` at most 10,000.
    public init?(_ number: Int, of count: Int) {
        guard (1...10_000).contains(count), (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    /// Samples of each channel before a segment that its sound encoder is started with: FFmpeg's encoder of AAC is noisy
    /// for the first seconds.
    public static let soundLead = 1 << 18

    /// Reads a part's number and the number of all, and refuses what is no part.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (number, count) = (
            try container.decode(Int.self, forKey: .number), try container.decode(Int.self, forKey: .count)
        )
        guard let segment = SpeechSegment(number, of: count) else {
            throw DecodingError.dataCorruptedError(
                forKey: .number, in: container,
                debugDescription: "there is no part \(number) of \(count), expected 1 of 1 to 10,000 of 10,000")
        }
        self = segment
    }

    /// Reads `3/8`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // `Int` would take a sign too.
        guard parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        let numbers = parts.map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1] else { return nil }
        self.init(number, of: count)
    }

    /// Such as `3/8`.
    public var description: String { "\(number)/\(count)" }

    /// The part's frames of `frameCount`; the last part goes on for as long as there are frames.
    package func frames(of frameCount: Int) -> Range<Int> {
        let start = frameCount * (number - 1) / count
        return start..<(number == count ? .max : frameCount * number / count)
    }
}

extension KeyedDecodingContainer {
    /// The value for `key`, or `value` where it was left out.
    package func decode<Value: Decodable>(_ key: Key, default value: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? value
    }
}
