package import Foundation
package import FrameGeneration

/// What a client asks of a session.
package struct SessionSettings: Sendable, Decodable, Equatable {
    /// The avatar's name.
    package var avatar: String
    /// Frames a second; nil for the avatar's own, or the highest usual rate below it that there is room for.
    package var frameRate: FrameRate?
    /// Where the stream is sent beside those who fetch it; nil for nowhere.
    package var push: String?

    private enum CodingKeys: String, CodingKey, CaseIterable { case avatar, frameRate, push }

    package init(avatar: String) { self.avatar = avatar }

    /// Reads settings of which all but the avatar may be left out; what is not known is refused.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        avatar = try container.decode(String.self, forKey: .avatar)
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
        push = try container.decodeIfPresent(String.self, forKey: .push)
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        let unknown = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: [],
                    debugDescription: "\(unknown.sorted().joined(separator: ", ")) is not known, expected "
                        + known.sorted().joined(separator: ", ")))
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// A session as clients see it.
package struct SessionDescription: Sendable, Encodable {
    package enum State: String, Sendable, Encodable { case idle, speaking, ended }

    package let id: String
    package let avatar: String
    package let state: State
    package let width: Int
    package let height: Int
    package let frameRate: Double
    package let createdAt: Date
    package let watchers: Int
    /// Seconds of sound that wait to be said, as far as that is known.
    package let queuedSeconds: Double
    package let figures: SessionFigures
}

/// How a session fares.
package struct SessionFigures: Sendable, Encodable {
    /// Frames that left the encoder.
    package internal(set) var framesMade = 0
    /// Of those, frames that showed the picture of another one since there was no time to make one.
    package internal(set) var framesRepeated = 0
    /// In the last second.
    package internal(set) var framesPerSecond = 0.0
    /// From the first byte of the last utterance to the first frame made from it; nil before there is one.
    package internal(set) var latencyInSeconds: Double?
    /// The most that a frame of the last second left later than it was due.
    package internal(set) var latenessInSeconds = 0.0
}

extension FrameRate {
    var framesPerSecond: Double { Double(numerator) / Double(denominator) }
}
