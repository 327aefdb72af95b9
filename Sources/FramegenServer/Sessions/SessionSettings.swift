package import Foundation
package import FrameGeneration
package import Media

/// What a client asks of a session.
package struct SessionSettings: Sendable, Decodable, Equatable {
    /// The avatar's name.
    package var avatar: String
    /// Frames a second; nil for the avatar's own, or the highest usual rate below it that there is room for.
    package var frameRate: FrameRate?
    /// Most rows of the picture, to which larger ones are scaled down; nil for the avatar's size.
    package var maxHeight: Int?
    /// What the person does while nothing is said.
    package var idle = LiveIdle.moving
    /// After which the session ends when nobody watches it or lets it speak; nil for the server's time, which it cannot
    /// be longer than.
    package var idleTimeoutInSeconds: Double?
    /// A media server that the stream is sent to as well; nil for none.
    package var push: PushAddress?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case avatar, frameRate, maxHeight, idle, idleTimeoutInSeconds, push
    }

    private static let heights = 16...4320

    package init(avatar: String) { self.avatar = avatar }

    /// Reads settings of which all but the avatar may be left out; what is not known is refused.
    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        avatar = try container.decode(String.self, forKey: .avatar)
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
        maxHeight = try container.decodeIfPresent(Int.self, forKey: .maxHeight)
        if let maxHeight, !Self.heights.contains(maxHeight) {
            throw DecodingError.dataCorruptedError(
                forKey: .maxHeight, in: container,
                debugDescription: "maxHeight is \(maxHeight), expected \(Self.heights.lowerBound) to "
                    + "\(Self.heights.upperBound)")
        }
        idle = try container.decodeWordIfPresent(LiveIdle.self, forKey: .idle) ?? idle
        idleTimeoutInSeconds = try container.decodeIfPresent(Double.self, forKey: .idleTimeoutInSeconds)
        if let idleTimeoutInSeconds, !(idleTimeoutInSeconds >= 1) {
            throw DecodingError.dataCorruptedError(
                forKey: .idleTimeoutInSeconds, in: container,
                debugDescription: "idleTimeoutInSeconds is \(idleTimeoutInSeconds), expected 1 or more")
        }
        if let text = try container.decodeIfPresent(String.self, forKey: .push) {
            do throws(FramegenError) {
                push = try PushAddress(text)
            } catch {
                throw DecodingError.dataCorruptedError(
                    forKey: .push, in: container, debugDescription: "push: \(error.message)")
            }
        }
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
    /// What the person does while nothing is said, at present.
    package let idle: LiveIdle
    /// Seconds of sound that wait to be said, as far as that is known.
    package let queuedSeconds: Double
    /// How the stream fares that is sent to a media server; nil where none is.
    package let push: PushDescription?
    package let figures: SessionFigures
}

/// How a stream fares that is sent to a media server.
package struct PushDescription: Sendable, Encodable {
    package enum State: String, Sendable, Encodable { case connecting, connected, failed }

    /// Protocol and host alone: the rest may be secret.
    package let to: String
    package internal(set) var state = State.connecting
    /// Why it failed the last time; it is tried again.
    package internal(set) var problem: String?
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

extension Double {
    /// Three decimals, which is as fine as anything that clients are told is known.
    var roundedToMilliseconds: Double { (self * 1000).rounded() / 1000 }
}
