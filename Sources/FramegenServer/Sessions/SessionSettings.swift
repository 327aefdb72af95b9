package import Foundation
package import FrameGeneration

/// What a client asks of a session.
package struct SessionSettings: Sendable, Decodable, Equatable {
    /// The avatar's name.
    package var avatar: String
    /// Frames a second; nil for the avatar's own, or the highest usual rate below it that there is room for.
    package var frameRate: FrameRate?

    private enum CodingKeys: String, CodingKey, CaseIterable { case avatar, frameRate }

    package init(avatar: String) { self.avatar = avatar }

    /// Reads settings of which all but the avatar may be left out; what is not known is refused.
    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        avatar = try container.decode(String.self, forKey: .avatar)
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
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
