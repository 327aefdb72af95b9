import Foundation
import FrameGeneration
import MediaSupport

/// What a movie that is a segment says of itself, as its comment.
///
/// It is written before the first frame, so that how many there are is found by reading them. Unlike FFmpeg's segments a
/// movie keeps its sound as samples, those of its own frames, which are encoded when all segments are there.
struct MovieSegment: Codable, Equatable, Sendable {
    private static let beginning = "framegen movie segment "
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

    /// Reads a comment; nil when it is no such one, or has a value that is none.
    init?(comment: String) {
        guard comment.hasPrefix(Self.beginning),
            let read = try? JSONDecoder().decode(
                Self.self, from: Data(comment.dropFirst(Self.beginning.count).utf8)),
            (try? read.segment.validate()) != nil
        else { return nil }
        if let sound = read.sound, (try? SoundFormat.validate(sound)) == nil { return nil }
        self = read
    }

    /// Such as `framegen movie segment {"frameRate":…}`.
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

    /// Samples of each channel before one of the segment's frames, counted in the whole video.
    func firstSample(ofFrame index: Int) -> Int {
        sound?.firstSample(ofFrame: segment.firstFrame + index, at: frameRate) ?? 0
    }

    /// Checks that a frame's sound is what the whole video has there.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest`.
    func check(_ span: SoundSpan, ofFrame index: Int) throws(FramegenError) {
        let (start, end) = (firstSample(ofFrame: index), firstSample(ofFrame: index + 1))
        guard span.start == start, span.end == end else {
            throw FramegenError(
                .invalidRequest,
                "frame \(segment.firstFrame + index) has the sound of samples \(span.start) to \(span.end), "
                    + "expected \(start) to \(end)")
        }
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
