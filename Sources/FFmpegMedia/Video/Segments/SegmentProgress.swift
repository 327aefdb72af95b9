import FrameGeneration
import MediaSupport

/// Which packets of sound a segment has, and what it needs to make them.
///
/// Packets lie where they lie in the whole: packet `p` is heard from sample `(p − 1) · 1024` on. A segment has those that
/// the encoder of the whole would give out during the segment's frames; as that is when the sound of the packet after it
/// is there, a segment needs no sound from behind its end.
struct SegmentProgress {
    let segment: VideoSegment
    private let frameRate: FrameRate
    private let sound: SoundTrackFormat?
    /// AAC's, samples of each channel.
    static let packetSize = 1024
    private var soundPacketCount = 0

    init(_ segment: VideoSegment, _ frameRate: FrameRate, _ sound: SoundTrackFormat?) {
        self.segment = segment
        self.frameRate = frameRate
        self.sound = sound
    }

    /// Samples of each channel before its first frame.
    var firstSample: Int { firstSample(ofFrame: 0) }

    private var firstPacket: Int { max(0, firstSample / Self.packetSize - 1) }

    private func firstSample(ofFrame index: Int) -> Int {
        sound?.firstSample(ofFrame: segment.firstFrame + index, at: frameRate) ?? 0
    }

    /// The part of the sound before the segment that is whole packets, but for the end.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when it does not end with the first frame, or is too short.
    func lead(_ span: SoundSpan) throws(FramegenError) -> SoundSpan {
        let needed = min(firstSample, VideoSegment.soundLead)
        guard span.end == firstSample, span.sampleCount >= needed else {
            throw FramegenError(
                .invalidRequest,
                "the sound before segment \(segment.number) is of samples \(span.start) to \(span.end), "
                    + "expected \(firstSample - needed) to \(firstSample)")
        }
        let surplus = (Self.packetSize - span.start % Self.packetSize) % Self.packetSize
        return SoundSpan(
            format: span.format, start: span.start + min(surplus, span.sampleCount),
            samples: Array(span.samples.dropFirst(surplus * span.format.channelCount)))
    }

    /// Checks that a frame's sound is what the whole video has there.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest`.
    func check(_ span: SoundSpan, ofFrame index: Int, isAfterSound: Bool) throws(FramegenError) {
        try segment.check(span, ofFrame: index, at: frameRate)
        guard isAfterSound || span.start == 0 else {
            throw FramegenError(
                .invalidRequest, "segment \(segment.number) lacks the sound before it, expected before its frames")
        }
    }

    /// Whether a packet is the segment's; counted if so.
    ///
    /// - Parameter time: samples from the segment's beginning.
    /// - Returns: false for one of the segment before.
    mutating func takes(soundPacketAt time: Int64) -> Bool {
        let takes = time >= Int64((firstPacket - 1) * Self.packetSize - firstSample)
        if takes { soundPacketCount += 1 }
        return takes
    }

    func mark(frameCount: Int) -> SegmentMark {
        SegmentMark(
            segment: segment, frameCount: frameCount, frameRate: frameRate,
            sound: sound.map { format in
                SegmentMark.Sound(format: format, firstPacket: firstPacket, packetCount: soundPacketCount)
            })
    }
}
