import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Live speech")
struct LiveSpeechTests {
    /// Time that passes only when somebody waits for it, or when a test says so.
    private final class TestTime: Sendable {
        private let time = Mutex(Duration.zero)

        func pace(delay: Duration = .zero, waitsForSound: Bool = true) -> LivePace {
            LivePace(
                delay: delay, waitsForSound: waitsForSound, now: { self.time.withLock { $0 } },
                wait: { until in self.time.withLock { $0 = max($0, until) } })
        }

        func pass(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    private static let sampleRate = 16_000
    private static let templateCount = 4
    private let folder: TemplateFolder
    private let time = TestTime()

    init() throws {
        let images = Array(0..<UInt8(Self.templateCount)).map(Int.init)
        folder = try TemplateFolder(images: images, landmarks: images)
    }

    private func avatar(onRun: @escaping @Sendable () -> Void = {}) async throws -> Avatar {
        try await Avatar.test(
            try folder.open(), generator: .syncTalk328AVE, engine: StandInEngine { _ in onRun() },
            templateCacheInBytes: 0
        ) { parts in
            parts.speechEncoder = .test(engine: MeanEngine())
        }
    }

    private func speech(
        of avatar: Avatar, delay: Duration = .zero, waitsForSound: Bool = true
    ) async throws -> LiveSpeech {
        try await LiveSpeech(
            for: avatar, trackFormat: SoundTrackFormat(sampleRate: Self.sampleRate, channelCount: 1),
            pace: time.pace(delay: delay, waitsForSound: waitsForSound))
    }

    /// Samples of which none is silent, and each says where it is.
    private static func samples(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 1000 + 1) / 1001 } }

    private static func speech(_ samples: [Float]) -> Speech {
        .source(
            ArraySound(
                format: SoundTrackFormat(sampleRate: sampleRate, channelCount: 1), speech: samples, track: samples))
    }

    /// Frames until `isEnough` says so of one, which is the last.
    private static func frames(
        of take: Take, until isEnough: (Frame) async -> Bool, orAfter limit: Int = 5000
    ) async throws -> [Frame] {
        var frames: [Frame] = []
        for try await frame in take.frames {
            frames.append(frame)
            if await isEnough(frame) { break }
            try #require(frames.count < limit, "it never came to that")
        }
        return frames
    }

    /// Frames until the mouth is shut after utterance `id`.
    private static func frames(of take: Take, untilAfter id: Int) async throws -> [Frame] {
        var wasSeen = false
        return try await frames(of: take) { frame in
            if frame.live?.seenUtterance == id { wasSeen = true }
            return wasSeen && frame.live?.isIdle == true
        }
    }

    private static func sound(of frames: [Frame]) throws -> [Float] {
        var end = try #require(frames.first?.sound).start
        return try frames.flatMap { frame in
            let span = try #require(frame.sound)
            #expect(span.start == end, "the sound of frame \(frame.index)")
            end = span.end
            return span.samples
        }
    }

    @Test("in silence every template frame's face is made once, and the walk goes on")
    func idling() async throws {
        let runs = RunCounter()
        let avatar = try await avatar { runs.add() }
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let frames = try await Self.frames(of: take) { $0.index == 199 }
        #expect(frames.map(\.index) == Array(0..<200))
        #expect(frames.map(\.templateIndex) == Array(PingPong(count: Self.templateCount).prefix(200)))
        #expect(frames.allSatisfy { $0.live?.isIdle == true && $0.live?.utterance == nil })
        #expect(try Self.sound(of: frames).allSatisfy { $0 == 0 })
        // Frames that were under way when the first faces came had to be made too.
        #expect((Self.templateCount...2 * Self.templateCount + 4).contains(runs.count))
    }

    @Test("the picture of a face for silence that was kept is made when it is asked for, and once")
    func latePictures() async throws {
        let pictures = CountedPictures()
        var platform = Platform.test()
        platform.pictureConverter = pictures
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk328AVE, engine: StandInEngine { _ in }, templateCacheInBytes: 0,
            platform: platform
        ) { parts in
            parts.speechEncoder = .test(engine: MeanEngine())
        }
        var settings = TakeSettings()
        settings.makesPictures = true
        let take = avatar.speak(.live(try await speech(of: avatar)), settings: settings)
        let frames = try await Self.frames(of: take) { $0.index == 99 }
        // Those alone whose faces had to be made, and what was under way then.
        let before = pictures.updates.count
        #expect((Self.templateCount...2 * Self.templateCount + 4).contains(before))
        let last = try #require(frames.last)
        for _ in 0..<3 { #expect(try last.picture?.luma.isEmpty == false) }
        #expect(pictures.updates.count == before + 1)
    }

    @Test("the walk can stay where it is while nothing is said, and goes on from there")
    func still() async throws {
        let avatar = try await avatar()
        let speech = try await LiveSpeech(
            for: avatar, trackFormat: SoundTrackFormat(sampleRate: Self.sampleRate, channelCount: 1), idle: .still,
            pace: time.pace())
        let take = avatar.speak(.live(speech))
        let id = try await speech.say(Self.speech(Self.samples(16_000)))
        let frames = try await Self.frames(of: take, untilAfter: id)
        var walk = PingPong(count: Self.templateCount)
        var expected: [Int] = []
        for frame in frames {
            let moves = expected.isEmpty || frame.live?.isIdle == false
            expected.append(try #require(moves ? walk.next() : expected.last))
        }
        #expect(frames.map(\.templateIndex) == expected)
        #expect(frames.contains { $0.live?.isIdle == true } && frames.count { $0.live?.isIdle == false } > 25)
    }

    @Test("an utterance is heard whole, once, between silence", arguments: [1, 640, 16_000, 33_333])
    func utterance(sampleCount: Int) async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let samples = Self.samples(sampleCount)
        let id = try await speech.say(Self.speech(samples))
        let frames = try await Self.frames(of: take, untilAfter: id)
        let sound = try Self.sound(of: frames)
        let first = try #require(sound.firstIndex { $0 != 0 })
        #expect(Array(sound[first..<first + sampleCount]) == samples)
        #expect(sound[(first + sampleCount)...].allSatisfy { $0 == 0 })
        let spoken = frames.compactMap { frame in frame.live?.utterance.map { _ in frame.live?.secondsSpoken ?? -1 } }
        #expect(spoken == spoken.sorted() && spoken.first == 0)
        #expect(await speech.utterances.isEmpty)
    }

    @Test("the window of a frame has the sound that is heard with it in its middle")
    func synchrony() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let windows = WindowTracer()
        let take = avatar.speak(.live(speech), settings: TakeSettings(), tracer: windows)
        // The stand-in's row is the mean of the mel window from 40 ms before the frame to 160 ms after it.
        let isLoud = { (seconds: Double) in (1..<2).contains(seconds) }
        let samples = (0..<48_000).map { index in
            isLoud(Double(index) / 16_000) ? Float(index * 7919 % 1000) / 1000 - 0.5 : 0
        }
        let id = try await speech.say(Self.speech(samples))
        let frames = try await Self.frames(of: take, untilAfter: id)
        var loud: [Float] = []
        var quiet: [Float] = []
        for frame in frames where frame.live?.utterance == id {
            let seconds = try #require(frame.live?.secondsSpoken)
            let value = try #require(windows.middle(of: frame.index))
            let (first, last) = (isLoud(seconds - 0.08), isLoud(seconds + 0.2))
            if first && last { loud.append(value) } else if !first && !last { quiet.append(value) }
        }
        #expect(loud.count >= 15 && quiet.count >= 40)
        #expect(try #require(loud.min()) > #require(quiet.max()))
    }

    @Test("utterances follow one another in the order in which they came")
    func order() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        var last = 0
        for count in [4000, 1000, 9000] { last = try await speech.say(Self.speech(Self.samples(count))) }
        let frames = try await Self.frames(of: take, untilAfter: last)
        let ids = frames.compactMap { $0.live?.utterance }
        #expect(ids == ids.sorted() && Set(ids) == [1, 2, 3])
        #expect(try Self.sound(of: frames).count { $0 != 0 } == 14_000)
    }

    @Test("an interruption drops what waits, fades the sound and shuts the mouth")
    func interruption() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let id = try await speech.say(Self.speech(Self.samples(80_000)))
        try await speech.say(Self.speech(Self.samples(80_000)))
        var interruptedAfter: Int?
        let frames = try await Self.frames(of: take) { frame in
            if interruptedAfter == nil, frame.live?.utterance == id, frame.live?.secondsSpoken ?? 0 > 1 {
                interruptedAfter = frame.index
                await speech.interrupt()
            }
            return interruptedAfter != nil && frame.live?.isIdle == true
        }
        let idle = try #require(frames.last?.index)
        // What was under way is still delivered: a few frames.
        #expect(idle - (try #require(interruptedAfter)) <= 12)
        #expect(!frames.contains { $0.live?.utterance == 2 })
        // The last two frames close it.
        let closing = try Self.sound(of: Array(frames.suffix(2)))
        for (index, sample) in closing.enumerated() {
            #expect(sample <= 1 - Float(index) / Float(closing.count) + 0.001)
        }
        #expect(closing.prefix(closing.count / 2).contains { $0 > 0.3 })
        // The session goes on.
        let next = try await speech.say(Self.speech(Self.samples(2000)))
        #expect(next == 3)
    }

    @Test("what interrupts is heard whole behind what it interrupts")
    func interruptingUtterance() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        try await speech.say(Self.speech([Float](repeating: 0.25, count: 80_000)))
        let samples = Self.samples(5000)
        var second: Int?
        var wasSeen = false
        let frames = try await Self.frames(of: take) { frame in
            if second == nil, frame.live?.secondsSpoken ?? 0 > 0.5 {
                second = try? await speech.say(Self.speech(samples), interrupts: true)
            }
            if let second, frame.live?.seenUtterance == second { wasSeen = true }
            return wasSeen && frame.live?.isIdle == true
        }
        let sound = try Self.sound(of: frames)
        let tail = try #require(frames.first { $0.live?.utterance == second }?.sound?.start)
        let from = tail - (frames[0].sound?.start ?? 0)
        #expect(sound[from...].filter { $0 != 0 } == samples)
        #expect(frames.last?.live?.isIdle == true)
    }

    @Test("when frames are late the sound goes on, and pictures are repeated and counted")
    func lateness() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let samples = Self.samples(32_000)
        let id = try await speech.say(Self.speech(samples))
        var wasLate = false
        var wasSeen = false
        let frames = try await Self.frames(of: take) { frame in
            if frame.live?.seenUtterance == id { wasSeen = true }
            if !wasLate, frame.live?.secondsSpoken ?? 0 > 0.5 {
                wasLate = true
                time.pass(.milliseconds(200))
            }
            return wasSeen && frame.live?.isIdle == true
        }
        #expect(frames.map(\.index) == Array(0..<frames.count))
        #expect(try Self.sound(of: frames).filter { $0 != 0 } == samples)
        let repeated = frames.count { $0.live?.isRepeated == true }
        #expect((4...6).contains(repeated))
    }

    @Test("frames come when they are due and not before, and time that the delay makes up for repeats none of them")
    func delay() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar, delay: .milliseconds(80))
        let take = avatar.speak(.live(speech))
        let samples = Self.samples(32_000)
        let id = try await speech.say(Self.speech(samples))
        var wasLate = false
        var wasSeen = false
        let frames = try await Self.frames(of: take) { frame in
            if let mark = frame.live {
                #expect(speech.lateness(of: mark) >= 0)
                if mark.seenUtterance == id { wasSeen = true }
                if !wasLate, mark.secondsSpoken > 0.5 {
                    wasLate = true
                    time.pass(.milliseconds(30))
                }
            }
            return wasSeen && frame.live?.isIdle == true
        }
        #expect(try Self.sound(of: frames).filter { $0 != 0 } == samples)
        #expect(frames.allSatisfy { $0.live?.isRepeated == false })
    }

    @Test("other frame rates than the features' hear the same sound", arguments: ["5", "12.5", "24", "30", "60"])
    func frameRates(rate: String) async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        var settings = TakeSettings()
        settings.frameRate = try #require(FrameRate(rate) as FrameRate?)
        let take = avatar.speak(.live(speech), settings: settings)
        let samples = Self.samples(20_000)
        _ = try await speech.say(Self.speech(samples))
        var heardCount = 0
        let frames = try await Self.frames(of: take) { frame in
            heardCount += frame.sound?.samples.count { $0 != 0 } ?? 0
            return heardCount >= samples.count && frame.live?.isIdle == true
        }
        #expect(try Self.sound(of: frames).filter { $0 != 0 } == samples)
    }

    @Test("sound that comes slower than it is spoken is heard whole, with pauses")
    func starvation() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar, waitsForSound: false)
        let take = avatar.speak(.live(speech))
        let (pieces, send) = AsyncStream.makeStream(of: [Float].self)
        let samples = Self.samples(16_000)
        let id = try await speech.say(.samples(SpeechSamples(pieces, sampleRate: Self.sampleRate)))
        var rest = samples[...]
        var wasSeen = false
        let frames = try await Self.frames(of: take) { frame in
            if frame.index.isMultiple(of: 3) {
                if rest.isEmpty { send.finish() } else { send.yield(Array(rest.prefix(700))) }
                rest = rest.dropFirst(700)
            }
            if frame.live?.seenUtterance == id { wasSeen = true }
            let isOver = await speech.utterances.isEmpty
            return wasSeen && isOver && frame.live?.isIdle == true
        }
        #expect(try Self.sound(of: frames).filter { $0 != 0 } == samples)
    }

    @Test("where no real clock runs, frames wait for sound that comes late, and it is heard without a pause")
    func waiting() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let (pieces, send) = AsyncStream.makeStream(of: [Float].self)
        let samples = Self.samples(16_000)
        let id = try await speech.say(.samples(SpeechSamples(pieces, sampleRate: Self.sampleRate)))
        let sending = Task {
            for start in stride(from: 0, to: samples.count, by: 2000) {
                send.yield(Array(samples[start..<start + 2000]))
                try await Task.sleep(for: .milliseconds(20))
            }
            send.finish()
        }
        let frames = try await Self.frames(of: take, untilAfter: id)
        try await sending.value
        let sound = try Self.sound(of: frames)
        let first = try #require(sound.firstIndex { $0 != 0 })
        #expect(Array(sound[first...].prefix(samples.count)) == samples)
    }

    @Test(
        "who waits for sound is let go by an interruption, the end and a cancellation",
        arguments: ["interrupt", "end", "cancel"])
    func waitingEnds(by deed: String) async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let (pieces, send) = AsyncStream.makeStream(of: [Float].self)
        send.yield(Self.samples(16_000))
        let id = try await speech.say(.samples(SpeechSamples(pieces, sampleRate: Self.sampleRate)))
        let (heard, hear) = AsyncStream.makeStream(of: Int.self)
        let reading = Task {
            defer { hear.finish() }
            for try await frame in take.frames where frame.live?.utterance == id { hear.yield(frame.index) }
        }
        // Of a second of sound the last rows need what follows, which never comes.
        var heardCount = 0
        for await _ in heard {
            heardCount += 1
            if heardCount > 10 { break }
        }
        try #require(heardCount > 10)
        try await Task.sleep(for: .milliseconds(100))
        switch deed {
        case "interrupt":
            await speech.interrupt()
            // Silence goes on by itself.
            try await Task.sleep(for: .milliseconds(20))
            await speech.end()
        case "end": await speech.end()
        default: await take.cancel()
        }
        let result = await reading.result
        if deed == "cancel" {
            let error = #expect(throws: FramegenError.self) { try result.get() }
            #expect(error?.code == .cancelled)
        } else {
            #expect(throws: Never.self) { try result.get() }
        }
        withExtendedLifetime(send) {}
    }

    @Test("sound that cannot be read to its end is an event, and what was read is said")
    func failure() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        let (pieces, send) = AsyncThrowingStream.makeStream(of: [Float].self, throwing: (any Error).self)
        send.yield(Self.samples(16_000))
        send.finish(throwing: FramegenError(.invalidData, "the line is dead"))
        let id = try await speech.say(.samples(SpeechSamples(pieces, sampleRate: Self.sampleRate)))
        let frames = try await Self.frames(of: take, untilAfter: id)
        #expect(try Self.sound(of: frames).count { $0 != 0 } > 8000)
        await speech.end()
        var errors: [String] = []
        for await event in speech.events {
            if case .failed(id, let error) = event { errors.append(error.message) }
        }
        #expect(errors == ["the line is dead"])
    }

    @Test("its end ends the take")
    func end() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        let take = avatar.speak(.live(speech))
        var count = 0
        for try await _ in take.frames {
            count += 1
            if count == 5 { await speech.end() }
        }
        #expect(count >= 5)
        await #expect(throws: FramegenError.self) { try await speech.say(Self.speech([0])) }
    }

    @Test("features, another live speech, another avatar and an avatar that cannot hear are refused")
    func refusals() async throws {
        let avatar = try await avatar()
        let speech = try await speech(of: avatar)
        await #expect(throws: FramegenError.self) { try await speech.say(.features(path: "f.npy")) }
        await #expect(throws: FramegenError.self) { try await speech.say(.live(speech)) }
        let other = try await self.avatar()
        await #expect(throws: FramegenError.self) { try await other.speak(.live(speech)).format }
        let deaf = try await Avatar.test(try folder.open(), generator: .syncTalk328AVE)
        await #expect(throws: FramegenError.self) { try await LiveSpeech(for: deaf) }
    }
}

/// Keeps the middle of every frame's window of features.
private final class WindowTracer: FrameTracing {
    private let values = Mutex<[Int: Float]>([:])

    func middle(of frame: Int) -> Float? { values.withLock { $0[frame] } }

    func trace(_ frame: CutFrame) {
        let window = frame.audioWindow.values
        for index in frame.indices { values.withLock { $0[index] = window[window.count / 2] } }
    }

    func trace(_ frame: InferredFrame) {}
    func trace(_ frame: PastedFrame) {}
}

private final class RunCounter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}

/// Counts the faces that are put into pictures.
private struct CountedPictures: PictureConverting {
    let updates = RunCounter()
    private let grey = GreyPictures()

    func picture(of image: PixelImage) -> PlanarPicture { grey.picture(of: image) }

    func update(
        _ picture: inout PlanarPicture, with face: PixelImage, at rect: PixelRect, in image: PixelImage
    ) {
        updates.add()
        grey.update(&picture, with: face, at: rect, in: image)
    }
}
