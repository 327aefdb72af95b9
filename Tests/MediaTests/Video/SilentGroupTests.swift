import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

/// A person with 13 pictures who goes through them forth and back, and shows others while speaking.
private struct SilentPerson {
    enum Deed {
        case speaks
        case isSilent
        case staysStill
        /// There was no time: the picture is the next one's, three steps ahead.
        case isLate
        /// The picture that the late one is a copy of.
        case catchesUp
    }

    private let roundLength: Int
    private(set) var pictures: [PixelImage] = []
    private var step = 0
    private let movie: TestMovie
    /// Of the walk, at 25 a second.
    private let stepRate = 25

    init(_ movie: TestMovie, roundLength: Int = 24) {
        self.movie = movie
        self.roundLength = roundLength
    }

    /// Steps from the picture before to the next one.
    private var stepsToNext: Int {
        let (rate, index) = (movie.rate.numerator, pictures.count)
        return (index + 1) * stepRate / rate - index * stepRate / rate
    }

    mutating func frames(_ deed: Deed, _ count: Int) -> [Frame] { (0..<count).map { _ in frame(deed) } }

    private mutating func frame(_ deed: Deed) -> Frame {
        let steps =
            switch deed {
            case .staysStill, .catchesUp: 0
            case .isLate: 3
            case .speaks, .isSilent: stepsToNext
            }
        step = (step + steps) % roundLength
        let index = pictures.count
        let templateIndex = min(step, roundLength - step)
        let picture = TestPictures.gradient(TestMovie.size, deed == .speaks ? 100 + index : templateIndex)
        pictures.append(picture)
        let mark = LiveMark(
            utterance: nil, secondsSpoken: 0, seenUtterance: nil, isIdle: deed != .speaks, isRepeated: deed == .isLate,
            walkStep: step, due: .zero)
        return Frame(
            index: index, templateIndex: templateIndex, image: picture, sound: movie.frame(index).sound, live: mark)
    }
}

@Suite("Pictures of silence that are encoded once", .timeLimit(.minutes(5)))
struct SilentGroupTests {
    private static let interval = 10
    private let folder: TemporaryFolder
    private let movie: TestMovie

    private static let stepRate = FrameRate(25)

    init() throws {
        folder = try TemporaryFolder()
        movie = try Self.movie(25)
    }

    private static func movie(_ framesPerSecond: Int) throws -> TestMovie {
        TestMovie(
            rate: try #require(FrameRate(framesPerSecond)),
            format: SoundTrackFormat(sampleRate: 48_000, channelCount: 1), frameCount: 0)
    }

    private func groups(roundLength: Int = 24, limitInBytes: Int = 1 << 20) throws -> SilentGroups {
        SilentGroups(stepRate: try #require(Self.stepRate), roundLength: roundLength, limitInBytes: limitInBytes)
    }

    private func settings(
        crf: Int = 20, _ rate: FrameRate? = nil, interval: Int = Self.interval
    ) -> VideoSettings {
        VideoSettings(
            frameRate: rate ?? movie.rate, crf: crf, preset: .ultrafast, threads: 1, lowDelay: true,
            keyFrameInterval: interval)
    }

    private func sink(
        _ receiver: StreamReceiver, _ silence: SilentGroups?, _ settings: VideoSettings? = nil
    ) throws -> VideoStreamSink {
        let sink = try VideoStreamSink(
            to: receiver, frameSize: TestMovie.size, settings: settings ?? self.settings(), sound: movie.format,
            silence: silence)
        try #require(sink.encoderName == "libx264")
        return sink
    }

    /// Writes frames, and says how many pictures of them were not encoded.
    @discardableResult
    private func write(_ frames: [Frame], to sink: VideoStreamSink) async throws -> Int {
        let before = await sink.picturesSentAgain
        for frame in frames { try await sink.write(frame) }
        return await sink.picturesSentAgain - before
    }

    /// Looks at what a player shows that begins at each of the stream's key frames.
    private func expectPictures(
        _ pictures: [PixelImage], _ receiver: StreamReceiver, interval: Int = Self.interval, keyCount: Int = .max
    ) async throws {
        let (pieces, fragments) = await (receiver.pieces, receiver.fragments)
        let keys = fragments.indices.filter { fragments[$0].isKeyFrame }
        #expect(keys.first == 0)
        // None is further from the next than the encoder's own would be.
        for (key, next) in zip(keys, keys.dropFirst() + [pictures.count]) {
            #expect(next - key <= interval, "\(key)")
        }
        for key in Set(keys.prefix(keyCount) + keys.suffix(keyCount)) {
            let stream = pieces.prefix(1) + pieces.dropFirst(1 + key)
            let path = try folder.write(stream.flatMap { $0 }, to: "\(key).mp4")
            let shown = try VideoFrameReader(path: path).all()
            try #require(shown.count == pictures.count - key, "from key frame \(key) on")
            for (index, image) in shown.enumerated() {
                let ratio = TestPictures.peakSignalToNoise(image, pictures[key + index])
                #expect(ratio > 33, "frame \(key + index) is off, from key frame \(key) on: \(ratio) dB")
            }
        }
        for (times, next) in zip(fragments, fragments.dropFirst()) where next.durationInSeconds > 0 {
            #expect(abs(times.startInSeconds + times.durationInSeconds - next.startInSeconds) < 1e-6)
        }
    }

    @Test("A stream shows what it ought to, with pictures that are sent again before, between and after others")
    func whole() async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups())
        var person = SilentPerson(movie)
        try await write(person.frames(.speaks, 7), to: sink)
        // A round, of which the first part is no whole group.
        try await write(person.frames(.isSilent, 29), to: sink)
        #expect(try await write(person.frames(.isSilent, 30), to: sink) == 30)
        #expect(try await write(person.frames(.speaks, 5), to: sink) == 0)
        #expect(try await write(person.frames(.isSilent, 40), to: sink) > 24)
        // Lost time is no stillness: the encoder begins anew once.
        #expect(try await write(person.frames(.isLate, 1) + person.frames(.catchesUp, 1), to: sink) == 0)
        #expect(await receiver.fragments.suffix(2).map(\.isKeyFrame) == [true, false])
        #expect(try await write(person.frames(.isSilent, 20), to: sink) > 5)
        try await write(person.frames(.staysStill, Self.interval), to: sink)
        #expect(try await write(person.frames(.staysStill, 25), to: sink) == 25)
        #expect(try await write(person.frames(.isSilent, 30), to: sink) > 15)
        #expect(try await write(person.frames(.speaks, 5), to: sink) == 0)
        try await sink.finish()
        try await expectPictures(person.pictures, receiver)
    }

    @Test("All streams of an avatar have what one of them has encoded, if they are encoded alike")
    func shared() async throws {
        let groups = try groups()
        var first = SilentPerson(movie)
        try await write(first.frames(.isSilent, 48), to: sink(StreamReceiver(), groups))

        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups)
        var person = SilentPerson(movie)
        // Of a round's three groups the second begins with step 8.
        #expect(try await write(person.frames(.isSilent, 7), to: sink) == 0)
        #expect(try await write(person.frames(.isSilent, 60), to: sink) == 60)
        try await sink.finish()
        try await expectPictures(person.pictures, receiver)

        var other = SilentPerson(movie)
        let otherSink = try self.sink(StreamReceiver(), groups, settings(crf: 30))
        #expect(try await write(other.frames(.isSilent, 20), to: otherSink) == 0)
        var alone = SilentPerson(movie)
        #expect(try await write(alone.frames(.isSilent, 60), to: self.sink(StreamReceiver(), nil)) == 0)
    }

    @Test(
        "Streams of fewer frames a second than the walk has steps show what they ought to, too",
        arguments: [20, 15, 12, 10, 5])
    func lowRates(framesPerSecond: Int) async throws {
        let movie = try Self.movie(framesPerSecond)
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups(), settings(movie.rate))
        var person = SilentPerson(movie)
        // 25 rounds, in which every step has been at each place among the pictures.
        try await write(person.frames(.isSilent, 24 * framesPerSecond + 30), to: sink)
        try await write(person.frames(.speaks, 7), to: sink)
        try await write(person.frames(.isSilent, 12), to: sink)
        #expect(try await write(person.frames(.isSilent, 30), to: sink) == 30)
        try await write(person.frames(.staysStill, 12), to: sink)
        #expect(try await write(person.frames(.staysStill, 10), to: sink) == 10)
        try await write(person.frames(.isSilent, 15), to: sink)
        try await sink.finish()
        try await expectPictures(person.pictures, receiver)
    }

    @Test("Streams of more frames a second than the walk has steps are encoded each time", arguments: [30, 50])
    func highRates(framesPerSecond: Int) async throws {
        let movie = try Self.movie(framesPerSecond)
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups(), settings(movie.rate))
        var person = SilentPerson(movie)
        #expect(try await write(person.frames(.isSilent, 130), to: sink) == 0)
        try await sink.finish()
        try await expectPictures(person.pictures, receiver)
    }

    @Test("Players can begin at a frame for which a key frame was asked, whatever was sent before")
    func keyFrames() async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups())
        var person = SilentPerson(movie)
        try await write(person.frames(.isSilent, 50), to: sink)
        // Each time at another step.
        for _ in 0..<24 {
            await sink.requestKeyFrame()
            try await write(person.frames(.isSilent, 1), to: sink)
            if await receiver.fragments.last?.isKeyFrame != true {
                // Not two in a row, which may have been made by two encoders.
                #expect(await receiver.fragments.dropLast().last?.isKeyFrame == true)
                try await write(person.frames(.isSilent, 1), to: sink)
            }
            #expect(await receiver.fragments.last?.isKeyFrame == true)
            try await write(person.frames(.isSilent, 24), to: sink)
        }
        #expect(await sink.picturesSentAgain > 24 * 10)
        try await sink.finish()
        let fragments = await receiver.fragments
        #expect(zip(fragments, fragments.dropFirst()).allSatisfy { !$0.isKeyFrame || !$1.isKeyFrame })
        try await expectPictures(person.pictures, receiver)
    }

    @Test(
        "Of a short template a group has several rounds, so that key frames do not come with each",
        arguments: [2, 4, 6, 9])
    func shortTemplates(roundLength: Int) async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups(roundLength: roundLength))
        var person = SilentPerson(movie, roundLength: roundLength)
        try await write(person.frames(.isSilent, 40), to: sink)
        #expect(try await write(person.frames(.isSilent, 60), to: sink) == 60)
        try await sink.finish()
        let keyCount = await receiver.fragments.count { $0.isKeyFrame }
        #expect(keyCount <= 100 / (Self.interval / 2) + 2, "\(keyCount)")
        try await expectPictures(person.pictures, receiver)
    }

    @Test(
        """
        Rounds of any length are sent again whole, at any rate, and no group has so few pictures that two key frames come in
        a row
        """,
        arguments: [12, 15, 20, 25], [1, 4, 14, 26, 52])
    func roundLengths(framesPerSecond: Int, roundLength: Int) async throws {
        let movie = try Self.movie(framesPerSecond)
        let receiver = StreamReceiver()
        let interval = 2 * framesPerSecond
        let sink = try sink(receiver, groups(roundLength: roundLength), settings(movie.rate, interval: interval))
        var person = SilentPerson(movie, roundLength: roundLength)
        // Until a group has begun with each picture that one begins with; at 12 a second there are many.
        try await write(person.frames(.isSilent, framesPerSecond == 12 ? 700 : 260), to: sink)
        #expect(try await write(person.frames(.isSilent, 100), to: sink) == 100)
        try await sink.finish()
        let fragments = await receiver.fragments
        #expect(zip(fragments, fragments.dropFirst()).allSatisfy { !$0.isKeyFrame || !$1.isKeyFrame })
        // The first and the last ones show what they ought to; all would take long.
        try await expectPictures(person.pictures, receiver, interval: interval, keyCount: 3)
    }

    @Test("Rates at which a picture may come a round later, or only now and then, are not served")
    func unservedRates() throws {
        let groups = try groups(roundLength: 2)
        for (rate, isServed) in [(25, true), (24, false), (20, false), (15, false), (5, false)] {
            #expect(groups.serves(try #require(FrameRate(rate))) == isServed, "\(rate)")
        }
        let long = try self.groups(roundLength: 198)
        for (rate, isServed) in [(25, true), (5, true), (3, false), (1, false), (30, false)] {
            #expect(long.serves(try #require(FrameRate(rate))) == isServed, "\(rate)")
        }
    }

    @Test("Where there is no room for all, what was used last is kept")
    func leastRecentlyUsed() async throws {
        func sentAgain(_ crf: Int, _ groups: SilentGroups) async throws -> Int {
            let sink = try sink(StreamReceiver(), groups, settings(crf: crf, interval: 50))
            var person = SilentPerson(movie)
            return try await write(person.frames(.isSilent, 100), to: sink)
        }
        let large = try groups()
        let first = try await sentAgain(20, large)
        #expect(first > 0)
        // The groups of one stream have room, and those of another one beside them have not.
        let groups = try groups(limitInBytes: large.byteCount * 5 / 4)
        #expect(try await sentAgain(20, groups) == first)
        #expect(try await sentAgain(20, groups) > first)
        let second = try await sentAgain(21, groups)
        #expect(try await sentAgain(21, groups) > second)
        #expect(groups.byteCount <= large.byteCount * 5 / 4)
        #expect(try await sentAgain(20, groups) == first)
    }

    @Test("What takes more room than there is, is encoded each time")
    func limit() async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver, groups(limitInBytes: 1))
        var person = SilentPerson(movie)
        #expect(try await write(person.frames(.isSilent, 60), to: sink) == 0)
        #expect(try await write(person.frames(.staysStill, 30), to: sink) == 0)
        try await sink.finish()
        try await expectPictures(person.pictures, receiver)
    }
}
