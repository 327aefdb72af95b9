import FrameGeneration
import MediaSupport

/// What a movie that is a segment says of itself, as its comment.
///
/// It is written before the first frame, so that how many there are is found by reading them. Unlike FFmpeg's segments a
/// movie keeps its sound as samples, those of its own frames, which are encoded when all segments are there.
struct MovieSegment: SegmentComment, Equatable, Sendable {
    static let beginning = "framegen movie segment "
    /// The one kind of file that holds samples.
    static let fileExtension = "mov"

    var segment: VideoSegment
    var frameRate: FrameRate
    /// Nil for a silent video.
    var sound: SoundTrackFormat?

    init(segment: VideoSegment, frameRate: FrameRate, sound: SoundTrackFormat?) {
        self.segment = segment
        self.frameRate = frameRate
        self.sound = sound
    }

    var isValid: Bool {
        (try? segment.validate()) != nil && sound.map { (try? SoundFormat.validate($0)) != nil } ?? true
    }

    /// Checks that a segment can come behind another.
    ///
    /// - Parameters:
    ///   - path: of its movie.
    ///   - before: the segment before it.
    ///   - end: frames up to the end of that one, counted in the whole video.
    /// - Throws: `FramegenError` with `.invalidData` naming the movie, and what differs.
    func check(_ path: String, follows before: MovieSegment, endingAt end: Int) throws(FramegenError) {
        func expect(_ expected: String, _ value: String, _ what: String) throws(FramegenError) {
            guard expected != value else { return }
            throw FramegenError(
                .invalidData,
                "\(path) has \(what) \(value), expected \(expected) after segment \(before.segment.number)")
        }
        try expect(before.frameRate.description, frameRate.description, "a frame rate of")
        try expect(Self.text(of: before.sound), Self.text(of: sound), "sound:")
        try expect(String(end), String(segment.firstFrame), "as its first frame")
    }

    private static func text(of sound: SoundTrackFormat?) -> String {
        sound.map { "\($0.sampleRate) samples a second, channels: \($0.channelCount)" } ?? "none"
    }
}
