import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Parts of a speech", .timeLimit(.minutes(3)))
struct SegmentTests {
    @Test(
        "are read as number and count, and printed so",
        arguments: [("1/1", 1, 1), ("3/8", 3, 8), ("10000/10000", 10_000, 10_000)])
    func valid(text: String, number: Int, count: Int) throws {
        let segment = try #require(SpeechSegment(text))
        #expect(segment.number == number && segment.count == count && segment.description == text)
        #expect(SpeechSegment(number, of: count) == segment)
        #expect(try JSONDecoder().decode(SpeechSegment.self, from: JSONEncoder().encode(segment)) == segment)
    }

    @Test(
        "that cannot be are none",
        arguments: [
            "", "3", "/", "3/", "/8", "0/8", "9/8", "-1/8", "+1/8", "1/0", "0/0", "1/-1", "3/8/1", "a/b", " 3/8",
            "3 / 8",
            "1/10001", "1.5/2", "99999999999999999999/1",
        ])
    func invalid(text: String) { #expect(SpeechSegment(text) == nil) }

    @Test("that cannot be are refused in settings", arguments: [(0, 0), (0, 8), (9, 8), (1, 10_001)])
    func invalidJSON(number: Int, count: Int) {
        let json = Data(#"{"segment": {"number": \#(number), "count": \#(count)}}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TakeSettings.self, from: json) }
    }

    @Test("follow one another without a gap, about equally long, and the last has no end", arguments: 1...12)
    func tile(count: Int) throws {
        for frameCount in 0...50 {
            var next = 0
            for number in 1...count {
                let range = try #require(SpeechSegment(number, of: count)).frames(of: frameCount)
                #expect(range.lowerBound == next)
                next = range.upperBound
                if number < count { #expect([frameCount / count, frameCount / count + 1].contains(range.count)) }
                if number == count { #expect((0...frameCount).contains(range.lowerBound)) }
            }
            #expect(next == .max)
        }
    }

    /// What a take was made of, row by row and frame by frame.
    private struct Made: Sendable {
        var frames: [Frame] = []
        var soundBefore: [SoundSpan] = []
        /// By the frames that they were cut for.
        var windows: [Int: Tensor] = [:]
    }

    private final class Tracer: FrameTracing {
        let windows = Mutex<[Int: Tensor]>([:])
        func trace(_ frame: CutFrame) {
            windows.withLock { for index in frame.indices { $0[index] = frame.audioWindow } }
        }
        func trace(_ frame: InferredFrame) {}
        func trace(_ frame: PastedFrame) {}
    }

    private func make(
        _ avatar: Avatar, _ speech: Speech, rate: FrameRate?, segment: SpeechSegment? = nil, limit: Int? = nil
    ) async throws -> Made {
        var settings = TakeSettings()
        settings.frameRate = rate
        settings.segment = segment
        settings.startFrame = 1
        settings.frameLimit = limit
        let (tracer, sink) = (Tracer(), TestSink())
        let take = avatar.speak(speech, settings: settings, tracer: tracer)
        let summary = try await take.write(to: [sink])
        let format = try await take.format
        #expect(format.segment == segment && format.frameCount == summary.frameCount)
        let frames = await sink.frames
        #expect(frames.first?.index == format.firstFrame && frames.count == summary.frameCount)
        return Made(frames: frames, soundBefore: await sink.soundBefore, windows: tracer.windows.withLock { $0 })
    }

    private func expectWhole(
        _ whole: Made, track: [Float], rate: FrameRate?, count: Int, of make: (SpeechSegment) async throws -> Made
    ) async throws {
        var next = 0
        for number in 1...count {
            let part = try await make(try #require(SpeechSegment(number, of: count)))
            let expected = whole.frames[next..<next + part.frames.count]
            #expect(part.frames.map(\.index) == expected.map(\.index))
            #expect(part.frames.map(\.templateIndex) == expected.map(\.templateIndex))
            #expect(part.frames.map(\.sound) == expected.map(\.sound))
            #expect(part.frames.map { $0.makeImage() } == expected.map { $0.makeImage() })
            for index in expected.indices { #expect(part.windows[index] == whole.windows[index], "window \(index)") }
            // The sound just before, as much as an encoder wants of it.
            let start = try #require(expected.first?.sound?.start)
            let before = max(start - SpeechSegment.soundLead, 0)
            let spans =
                number == 1
                ? []
                : [
                    SoundSpan(
                        format: try #require(expected.first?.sound?.format), start: before,
                        samples: Array(track[before..<start]))
                ]
            // Compared by itself: a failure would print all samples.
            let isBefore = part.soundBefore == spans
            #expect(isBefore, "segment \(number)")
            next += part.frames.count
        }
        #expect(next == whole.frames.count)
    }

    @Test(
        "are together the whole, with features and their sound", arguments: ["25", "30000/1001", "50", "10"],
        [1, 2, 3, 7])
    func features(rate: String, count: Int) async throws {
        let rate = try #require(FrameRate(rate))
        let folder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3])
        let avatar = try await Avatar.test(try folder.open(), threads: 2)
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let track = TakeSoundTests.track(64_000, channels: 1)
        func speech() -> Speech { .rows(NumberedRows(100), sound: ArraySound(format: format, track: track)) }
        let whole = try await make(avatar, speech(), rate: rate)
        try await expectWhole(whole, track: track, rate: rate, count: count) { segment in
            try await make(avatar, speech(), rate: rate, segment: segment)
        }
    }

    @Test("are together the whole, with features made of the sound", arguments: [2, 5])
    func sound(count: Int) async throws {
        let folder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3])
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let samples = (0..<80_000).map { Float(sin(Double($0 * $0 % 70_000) * 0.01)) * 0.3 }
        let runs = Counter()
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE, threads: 2,
            platform: .test(openSound: { (path) throws(FramegenError) in
                ArraySound(name: path, format: format, speech: samples, track: samples)
            })
        ) { $0.speechEncoder = .test(engine: ObservedEngine(MeanEngine()) { _, _ in runs.add() }) }
        let whole = try await make(avatar, .sound(path: "a.wav"), rate: nil)
        let runsOfWhole = runs.count
        #expect(Set(whole.windows.values.map { Array($0.values) }).count > 100, "all windows are alike")
        try await expectWhole(whole, track: samples, rate: nil, count: count) { segment in
            try await make(avatar, .sound(path: "a.wav"), rate: nil, segment: segment)
        }
        // Features before a part are not computed, but for half a window and the rest of a batch; after it, for what is
        // read ahead: two batches and half a window.
        #expect(runs.count - runsOfWhole <= runsOfWhole + count * 6)
        #expect(runs.count - runsOfWhole < count * runsOfWhole)
    }

    @Test("share what a limit leaves of the speech")
    func limit() async throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        let avatar = try await Avatar.test(try folder.open())
        var indices: [Int] = []
        for number in 1...3 {
            let segment = try #require(SpeechSegment(number, of: 3))
            indices += try await make(avatar, .rows(NumberedRows(100)), rate: nil, segment: segment, limit: 20).frames
                .map(\.index)
        }
        #expect(indices == Array(0..<20))
    }

    @Test("the last goes on to the end of a speech that is longer than it says")
    func longerThanItSays() async throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        let avatar = try await Avatar.test(try folder.open())
        var settings = TakeSettings()
        settings.segment = SpeechSegment(2, of: 2)
        let frames = try await avatar.speak(.rows(WrongAboutItself()), settings: settings).allFrames()
        #expect(frames.map(\.index) == Array(5..<16))
    }

    /// Says that it has ten rows, and has sixteen.
    private struct WrongAboutItself: FeatureSource {
        let name = "wrong"
        let rowShape = [2, 1024]
        let rowCount: Int? = 10
        private let rows = NumberedRows(16)
        func nextRow() async throws(FramegenError) -> [Float]? { await rows.nextRow() }
    }

    @Test("one without frames is refused, with their number")
    func empty() async throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        let avatar = try await Avatar.test(try folder.open())
        var settings = TakeSettings()
        settings.segment = SpeechSegment(1, of: 7)
        let sink = TestSink()
        let error = await #expect(throws: FramegenError.self) {
            try await avatar.speak(.rows(NumberedRows(3)), settings: settings).write(to: [sink])
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "segment 1/7 of 3 frames is empty, expected fewer segments")
        #expect(await sink.ends == [.abandoned])
    }

    @Test("of a speech that does not say how long it is are refused")
    func unknownLength() async throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        let avatar = try await Avatar.test(try folder.open())
        var settings = TakeSettings()
        settings.segment = SpeechSegment(1, of: 2)
        let error = await #expect(throws: FramegenError.self) {
            try await avatar.speak(.rows(NumberedRows(30, isLengthKnown: false)), settings: settings).allFrames()
        }
        #expect(error?.code == .invalidRequest && error?.message.contains("numbered rows") == true)
    }
}

@Suite("Settings of a take")
struct TakeSettingsTests {
    /// Every property as nobody has it by default.
    private static let unusual: TakeSettings = {
        var settings = TakeSettings()
        settings.frameRate = FrameRate(30_000, per: 1001)
        settings.startFrame = 17
        settings.frameLimit = 400
        settings.segment = SpeechSegment(3, of: 8)
        settings.silence = .rest
        settings.makesPictures = true
        return settings
    }()

    @Test("come back from JSON as they were, whatever is set")
    func roundTrip() throws {
        for settings in [Self.unusual, TakeSettings()] {
            let data = try JSONEncoder().encode(settings)
            #expect(try JSONDecoder().decode(TakeSettings.self, from: data) == settings)
        }
        // A property that is not in the list above would not be tried.
        let (unusual, usual) = (Mirror(reflecting: Self.unusual).children, Mirror(reflecting: TakeSettings()).children)
        for (child, usual) in zip(unusual, usual) where child.label != "firstFrame" {
            #expect("\(child.value)" != "\(usual.value)", "\(child.label ?? "") is as usual")
        }
    }

    @Test("may all be left out of JSON")
    func empty() throws {
        #expect(try JSONDecoder().decode(TakeSettings.self, from: Data("{}".utf8)) == TakeSettings())
    }

    @Test("events come back from JSON as they were")
    func events() throws {
        let times = StageTimes()
        times.add(.infer, since: .now - .seconds(2))
        let summary = TakeSummary(
            frameCount: 7, frameRate: try #require(FrameRate(30_000, per: 1001)), duration: .seconds(3.5), times: times)
        #expect(summary.durationInSeconds == 3.5 && summary.busySeconds["infer"] ?? 0 >= 2)
        let events: [TakeEvent] = [
            .started(frameCount: 9, engine: "stand-in"), .started(frameCount: nil, engine: "x"), .warning("late"),
            .framesFinished(count: 3), .ended(summary),
        ]
        let data = try JSONEncoder().encode(events)
        #expect(try JSONDecoder().decode([TakeEvent].self, from: data) == events)
    }
}
