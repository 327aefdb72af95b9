import FrameGeneration
import MediaSupport

/// What a segment's file says of its place in the whole video, as the file's comment.
struct SegmentMark: SegmentComment, Equatable, Sendable {
    struct Sound: Codable, Equatable, Sendable {
        var format: SoundTrackFormat
        /// Index of its first packet among those of the whole video.
        var firstPacket: Int
        /// 0 for a segment that is shorter than a packet.
        var packetCount: Int
    }

    static let beginning = "framegen segment "

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

    var isValid: Bool {
        guard (try? segment.validate()) != nil, (1..<1 << 40).contains(frameCount) else { return false }
        guard let sound else { return true }
        return (0..<1 << 40).contains(sound.firstPacket) && (0..<1 << 40).contains(sound.packetCount)
            && (try? SoundFormat.validate(sound.format)) != nil
    }
}
