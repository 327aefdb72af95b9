import CFFmpeg
import FrameGeneration
import MediaSupport

/// Encodes frames, pictures and the sound they carry, and hands the packets to a muxer: stream 0 are the pictures, 1 is
/// the sound.
final class MovieEncoder {
    let video: VideoEncoder
    /// When the first packet of a picture came: an encoder may look some frames ahead.
    private(set) var firstPacketInstant: ContinuousClock.Instant?
    private let sound: SoundEncoder?
    private var segment: SegmentProgress?

    /// - Parameters:
    ///   - frameSize: of every frame.
    ///   - settings: rate and quality.
    ///   - sound: of every frame; nil where none is wanted.
    ///   - segment: which part of a longer video the frames are; nil for a whole one.
    ///   - silence: what was encoded before of the same avatar while it was silent; nil to encode each picture.
    ///   - encoders: FFmpeg's names of the video encoders to look for, best first.
    /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.notFound` when FFmpeg lacks an encoder.
    init(
        frameSize: ImageSize, settings: VideoSettings, sound: SoundTrackFormat?, segment: VideoSegment? = nil,
        silence: SilentGroups? = nil, encoders: [String] = H264Encoder.names
    ) throws(FramegenError) {
        video = try VideoEncoder(
            frameSize: frameSize, settings: settings, joinsOthers: segment != nil, silence: silence,
            encoders: encoders)
        try segment?.validate()
        if let sound { try SoundFormat.validate(sound) }
        let progress = segment.map { SegmentProgress($0, settings.frameRate, sound) }
        self.sound = try sound.map { format throws(FramegenError) in
            try SoundEncoder(format, origin: progress?.firstSample)
        }
        self.segment = progress
    }

    /// What a muxer must know of the streams, in their order.
    func streams() throws(FramegenError) -> [StreamParameters] {
        let pictures = try StreamParameters(of: video.stream)
        guard let sound else { return [pictures] }
        return [pictures, try StreamParameters(of: sound.stream)]
    }

    /// Takes the sound before a segment's first frame: the encoder needs it to go on as if it had made all before.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when it is not what comes before that frame.
    func encode(soundBefore span: SoundSpan) throws(FramegenError) {
        guard let sound, let segment else { return }
        guard sound.end == nil else {
            throw FramegenError(.invalidRequest, "the sound before the first frame comes after it, expected it earlier")
        }
        let lead = try segment.lead(span)
        try sound.encode(lead) { _ throws(FramegenError) in }
    }

    /// Encodes a frame, and the sound that it carries.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for a frame of another size, or whose sound does not follow that of
    ///   the frame before; and what the muxer throws.
    func encode(_ frame: Frame, to muxer: any Muxer) throws(FramegenError) {
        let span = try span(of: frame)
        try video.encode(frame) { packet throws(FramegenError) in try add(picture: packet, to: muxer) }
        guard let sound, let span else { return }
        try sound.encode(span) { packet throws(FramegenError) in try add(sound: packet, to: muxer) }
    }

    /// Encodes what is left, after the last frame.
    ///
    /// - Returns: what a segment's file has to say of it; nil for a whole video.
    /// - Throws: `FramegenError`, and what the muxer throws.
    @discardableResult
    func finish(to muxer: any Muxer) throws(FramegenError) -> SegmentMark? {
        try video.finish { packet throws(FramegenError) in try add(picture: packet, to: muxer) }
        // The sound at the end of another segment than the last is the next one's to encode.
        if let sound, segment?.segment.isLast ?? true {
            try sound.finish { packet throws(FramegenError) in try add(sound: packet, to: muxer) }
        }
        return segment?.mark(frameCount: video.pictureCount)
    }

    private func span(of frame: Frame) throws(FramegenError) -> SoundSpan? {
        guard let sound else { return nil }
        guard let span = frame.sound else {
            throw FramegenError(.invalidRequest, "frame \(frame.index) has no sound, expected some in \(sound.format)")
        }
        try segment?.check(span, ofFrame: video.pictureCount, isAfterSound: sound.end != nil)
        return span
    }

    private func add(picture packet: Packet, to muxer: any Muxer) throws(FramegenError) {
        if firstPacketInstant == nil { firstPacketInstant = .now }
        try muxer.write(packet, toStream: 0)
    }

    private func add(sound packet: Packet, to muxer: any Muxer) throws(FramegenError) {
        guard segment?.takes(soundPacketAt: packet.pointer.pointee.pts) ?? true else { return }
        try muxer.write(packet, toStream: 1)
    }
}
