import FrameGeneration
import MediaSupport
import Testing

@testable import AppleMedia

@Suite("What movies that are segments say of themselves")
struct MovieSegmentTests {
    private let second: MovieSegment
    private let sound = SoundTrackFormat(sampleRate: 44_100, channelCount: 2)
    private let rate: FrameRate

    init() throws {
        rate = try #require(FrameRate(25))
        second = MovieSegment(segment: VideoSegment(number: 2, count: 3, firstFrame: 10), frameRate: rate, sound: sound)
    }

    private func span(_ range: Range<Int>) -> SoundSpan {
        SoundSpan(format: sound, start: range.lowerBound, samples: [Float](repeating: 0, count: 2 * range.count))
    }

    @Test("is read as it was written, and nothing else is", arguments: [true, false])
    func comment(hasSound: Bool) throws {
        let mark = MovieSegment(segment: second.segment, frameRate: rate, sound: hasSound ? sound : nil)
        #expect(MovieSegment(comment: try mark.comment()) == mark)
        #expect(MovieSegment(comment: "a holiday") == nil)
        #expect(MovieSegment(comment: try mark.comment().replacing("\"number\":2", with: "\"number\":4")) == nil)
        #expect(MovieSegment(comment: try mark.comment().replacing("44100", with: "44101")) == nil || !hasSound)
    }

    @Test("holds the sound to the samples that the whole video has there")
    func samples() throws {
        // A frame of 25 a second has 1764 samples of 44,100.
        try second.segment.check(span(17_640..<19_404), ofFrame: 0, at: rate)
        try second.segment.check(span(19_404..<21_168), ofFrame: 1, at: rate)
        let error = #expect(throws: FramegenError.self) {
            try second.segment.check(span(0..<1764), ofFrame: 0, at: rate)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "frame 10 has the sound of samples 0 to 1764, expected 17640 to 19404")
    }

    @Test("says whether a segment can come behind another, and what differs")
    func order() throws {
        let first = MovieSegment(
            segment: VideoSegment(number: 1, count: 3, firstFrame: 0), frameRate: rate, sound: sound)
        try second.check("2.mov", follows: first, endingAt: 10)
        func message(_ change: (inout MovieSegment) -> Void, endingAt end: Int = 10) -> String? {
            var changed = second
            change(&changed)
            let error = #expect(throws: FramegenError.self) {
                try changed.check("2.mov", follows: first, endingAt: end)
            }
            #expect(error?.code == .invalidData)
            return error?.message
        }
        #expect(message({ _ in }, endingAt: 9) == "2.mov has as its first frame 10, expected 9 after segment 1")
        #expect(message { $0.sound = nil }?.contains("sound: none, expected 44100 samples a second") == true)
        let slower = try #require(FrameRate(24))
        #expect(message { $0.frameRate = slower }?.contains("a frame rate of") == true)
    }
}
