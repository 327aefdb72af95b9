import Foundation
import FrameGeneration
import MediaSupport

/// What a segment's file says of its place in the whole video, as the file's comment.
struct SegmentMark: Codable, Equatable, Sendable {
    struct Sound: Codable, Equatable, Sendable {
        var format: SoundTrackFormat
        /// Index of its first packet among those of the whole video.
        var firstPacket: Int
        /// 0 for a segment that is shorter than a packet.
        var packetCount: Int
    }

    private static let beginning = "framegen segment "

    var segment: VideoSegment
    var frameCount: Int
    var frameRate: FrameRate
    /// Nil for a silent video.
    var sound: Sound?

    init(segment: VideoSegment, frameCount: Int, frameRate: FrameRate, sound: Sound?) {
        self.segment = segment
        self.frameCount = frameCount
        self.frameRate = frameRate
        self.sound = sound
    }

    /// Reads a comment; nil when it is no such one, or has a value that is none.
    init?(comment: String) {
        guard comment.hasPrefix(Self.beginning),
            let mark = try? JSONDecoder().decode(
                Self.self, from: Data(comment.dropFirst(Self.beginning.count).utf8)),
            (try? mark.segment.validate()) != nil,
            (1..<1 << 40).contains(mark.frameCount)
        else { return nil }
        if let sound = mark.sound {
            guard (0..<1 << 40).contains(sound.firstPacket), (0..<1 << 40).contains(sound.packetCount),
                (try? SoundFormat.validate(sound.format)) != nil
            else { return nil }
        }
        self = mark
    }

    /// Such as `framegen segment {"frameCount":250,…}`.
    ///
    /// - Throws: `FramegenError` with `.internalFailure`, which does not happen.
    func comment() throws(FramegenError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return Self.beginning + String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw FramegenError(.internalFailure, "a segment cannot be described", cause: error)
        }
    }
}
