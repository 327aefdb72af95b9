package import FrameGeneration

/// Which part of a longer video is made: several machines may make one each, and `VideoJoining` puts them together.
public struct VideoSegment: Sendable, Hashable, Codable {
    /// Samples of each channel that a segment needs of the sound before its first frame, or all that there is: with
    /// them the encoder comes to the state that it would have in the middle of the whole.
    public static let soundLead = SpeechSegment.soundLead
    /// Most segments of a video.
    public static let countLimit = 10_000

    /// From 1.
    public let number: Int
    /// Segments of the whole video.
    public let count: Int
    /// Index of its first frame in the whole video.
    public let firstFrame: Int

    /// Whether nothing follows.
    package var isLast: Bool { number == count }

    /// A segment.
    ///
    /// - Parameters:
    ///   - number: from 1 to `count`.
    ///   - count: at most `countLimit`.
    ///   - firstFrame: 0 for the first segment, more for the others.
    public init(number: Int, count: Int, firstFrame: Int) {
        self.number = number
        self.count = count
        self.firstFrame = firstFrame
    }

    /// - Throws: `FramegenError` with `.invalidRequest` naming the value that is out of range.
    package func validate() throws(FramegenError) {
        guard (1...Self.countLimit).contains(count), (1...count).contains(number) else {
            throw FramegenError(
                .invalidRequest, "segment \(number) of \(count), expected one of 1 to \(Self.countLimit) segments")
        }
        guard (0..<1 << 40).contains(firstFrame), (firstFrame == 0) == (number == 1) else {
            let expected = number == 1 ? "0" : "a later one"
            throw FramegenError(
                .invalidRequest, "segment \(number) begins with frame \(firstFrame), expected \(expected)")
        }
    }

    /// Checks that a frame's sound is what the whole video has there.
    ///
    /// - Parameters:
    ///   - span: the frame's sound.
    ///   - index: of the frame in the segment.
    ///   - rate: of the whole video.
    /// - Throws: `FramegenError` with `.invalidRequest`.
    package func check(_ span: SoundSpan, ofFrame index: Int, at rate: FrameRate) throws(FramegenError) {
        let frame = firstFrame + index
        let (start, end) = (
            span.format.firstSample(ofFrame: frame, at: rate), span.format.firstSample(ofFrame: frame + 1, at: rate)
        )
        guard span.start == start, span.end == end else {
            throw FramegenError(
                .invalidRequest,
                "frame \(frame) has the sound of samples \(span.start) to \(span.end), expected \(start) to \(end)")
        }
    }
}
