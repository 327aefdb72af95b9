import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("The sound of a take", .timeLimit(.minutes(20)))
struct TakeSoundTests {
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2]) }

    /// Samples that each tell their place.
    static func track(_ count: Int, channels: Int) -> [Float] {
        (0..<count * channels).map { Float($0 + 1) / Float(1 << 18) }
    }

    /// The nearest sample to the time of a frame, half upwards.
    static func position(ofFrame frame: Int, _ format: SoundTrackFormat, _ rate: FrameRate) -> Int {
        let samples = frame * format.sampleRate * rate.denominator
        return (2 * samples + rate.numerator) / (2 * rate.numerator)
    }

    @Test(
        "each frame has the samples from its time to the next one's, without a gap, and silence after the end",
        arguments: ["25", "30000/1001", "24"], [(16_000, 1), (44_100, 2), (48_000, 1)])
    func spans(rate: String, format: (sampleRate: Int, channels: Int)) async throws {
        let rate = try #require(FrameRate(rate))
        let format = SoundTrackFormat(sampleRate: format.sampleRate, channelCount: format.channels)
        // The sound is 1.3 s long, and 1.6 s are spoken.
        let track = Self.track(format.sampleRate * 13 / 10 + 7, channels: format.channelCount)
        let sound = ArraySound(format: format, track: track, pieceCount: 17)
        let avatar = try await Avatar.test(try folder.open(), threads: 2)
        var settings = TakeSettings()
        settings.frameRate = rate
        let take = avatar.speak(.rows(NumberedRows(40), sound: sound), settings: settings)
        #expect(try await take.format.sound == format)
        let frames = try await take.allFrames()
        #expect(frames.count == (40 * rate.numerator + 25 * rate.denominator - 1) / (25 * rate.denominator))
        for frame in frames {
            let span = try #require(frame.sound)
            let (start, end) = (
                Self.position(ofFrame: frame.index, format, rate), Self.position(ofFrame: frame.index + 1, format, rate)
            )
            #expect(span.format == format && span.start == start && span.end == end)
            let expected = (start * format.channelCount..<end * format.channelCount).map { index in
                index < track.count ? track[index] : 0
            }
            #expect(span.samples == expected, "\(frame.index)")
        }
        // There is silence at the end, and sound before it.
        #expect(frames.last?.sound?.samples.allSatisfy { $0 == 0 } == true)
        #expect(frames.first?.sound?.samples.first == track[0])
        let use = sound.use.withLock { $0 }
        #expect(use.calls == 18 && !use.isOverlapped, "17 pieces, and then there was none")
    }

    @Test("a speech that ends before its sound leaves the rest of it unread")
    func longerSound() async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let sound = ArraySound(format: format, track: Self.track(160_000, channels: 1), pieceCount: 20)
        let avatar = try await Avatar.test(try folder.open())
        let frames = try await avatar.speak(.rows(NumberedRows(25), sound: sound)).allFrames()
        #expect(frames.compactMap(\.sound).reduce([]) { $0 + $1.samples } == Self.track(16_000, channels: 1))
        // Pieces are half a second long.
        #expect(sound.use.withLock { $0.calls } == 2)
    }

    @Test("a file of features may come with a file of sound", arguments: [true, false])
    func files(hasSound: Bool) async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let platform = Platform.test(
            openSound: { (path) throws(FramegenError) in
                ArraySound(name: path, format: format, track: Self.track(16_000, channels: 1))
            }, openFeatures: { (_) throws(FramegenError) in NumberedRows(5) })
        let avatar = try await Avatar.test(try folder.open(), platform: platform)
        let take = avatar.speak(.features(path: "a.npy", soundPath: hasSound ? "a.wav" : nil))
        let frames = try await take.allFrames()
        #expect(frames.count == 5 && frames.allSatisfy { ($0.sound != nil) == hasSound })
        #expect(try await take.format.sound == (hasSound ? format : nil))
    }

    @Test(
        "is read once for features and frames, and no further ahead of a slow consumer than both need",
        arguments: [1, 2, 4])
    func bounded(sessions: Int) async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let samples = (0..<320_000).map { Float($0 % 1000) / 2000 }
        // Pieces of 0.1 s.
        let sound = ArraySound(format: format, speech: samples, track: samples, pieceCount: 200)
        let runs = Counter()
        let engine = StandInEngine { run in if run.window != nil { runs.add() } }
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE, engine: engine, threads: sessions
        ) { $0.speechEncoder = .test(engine: MeanEngine()) }
        var iterator = avatar.speak(.source(sound)).frames.makeAsyncIterator()
        var heard: [Float] = []
        var count = 0
        while let frame = try await iterator.next() {
            heard += try #require(frame.sound).samples
            count += 1
            guard count <= 20 else { continue }
            await runs.reach(count + 1 + sessions)
            // Long enough for a reader without bounds to run through.
            try await Task.sleep(for: .milliseconds(10))
            // A picture, a face a lane and a cut frame are ahead; each hears eight rows more; two batches of eight rows
            // wait, and a batch is being made, whose last window is 0.2 s long, of a piece that is read as a whole.
            let rows = count + 2 + sessions + 8 + 16 + 8 + 5
            #expect(sound.use.withLock { $0.givenSamples } <= rows * 640 + 1600)
        }
        #expect(count >= 499)
        #expect(heard == Array((samples + [Float](repeating: 0, count: 640 * count)).prefix(640 * count)))
        let use = sound.use.withLock { $0 }
        #expect(use.calls == 201 && use.givenSamples == samples.count && !use.isOverlapped)
    }

    @Test("an avatar without an audio encoder refuses sound alone, and names it")
    func noEncoder() async throws {
        let sound = ArraySound(
            name: "a.wav", format: SoundTrackFormat(sampleRate: 16_000, channelCount: 1), track: [0])
        let avatar = try await Avatar.test(try folder.open())
        let error = await #expect(throws: FramegenError.self) { try await avatar.speak(.source(sound)).allFrames() }
        #expect(error?.code == .invalidRequest && error?.message.contains("a.wav") == true)
    }

    @Test("sound before a place where nobody takes it is dropped as it comes")
    func discarded() async throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 2)
        let track = Self.track(16_000, channels: 2)
        // Pieces of 100 samples a channel.
        let source = ArraySound(
            format: format, speech: [Float](repeating: 0, count: 16_000), track: track, pieceCount: 160)
        let sound = SpeechSound(source, makesFeatures: true)
        await sound.discard(before: 12_345)
        for piece in 0..<120 {
            _ = try await sound.nextSamples()
            #expect(await sound.waitingSampleCount == 0, "\(piece)")
        }
        for _ in 120..<130 { _ = try await sound.nextSamples() }
        #expect(await sound.waitingSampleCount == 2 * (13_000 - 12_345))
    }
}
