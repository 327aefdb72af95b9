import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Video streams", .timeLimit(.minutes(5)))
struct VideoStreamSinkTests {
    private let folder: TemporaryFolder
    private let movie: TestMovie

    init() throws {
        folder = try TemporaryFolder()
        movie = TestMovie(
            rate: try #require(FrameRate(25)), format: SoundTrackFormat(sampleRate: 48_000, channelCount: 2),
            frameCount: 50)
    }

    private var liveSettings: VideoSettings {
        VideoSettings(frameRate: movie.rate, preset: .ultrafast, threads: 1, lowDelay: true)
    }

    private func sink(_ receiver: StreamReceiver, _ settings: VideoSettings? = nil) throws -> VideoStreamSink {
        try VideoStreamSink(
            to: receiver, frameSize: TestMovie.size, settings: settings ?? liveSettings, sound: movie.format)
    }

    private func types(_ piece: [UInt8]) -> [String]? { MP4Box.boxes(piece[...])?.map(\.type) }

    /// Whether the picture of a fragment is one that players can begin at.
    private func beginsWithKeyFrame(_ piece: [UInt8]) throws -> Bool {
        let track = try #require(MP4Box.find("moof/traf", in: piece[...]).first)
        let header = try #require(MP4Box.find("tfhd", in: track.content).first)
        let run = try #require(MP4Box.find("trun", in: track.content).first)
        try #require(run.word(1) == 1)
        let options = run.word(0)
        let flags: Int
        if options & 0x4 != 0 {
            flags = run.word(3)
        } else if options & 0x400 != 0 {
            let before = (options >> 8 & 1) + (options >> 9 & 1)
            flags = run.word(3 + before)
        } else {
            // Fields before it, the first one of two words.
            let fields = [0x1, 0x1, 0x2, 0x8, 0x10].filter { field in header.word(0) & field != 0 }
            flags = header.word(2 + fields.count)
        }
        return flags & 0x10000 == 0
    }

    @Test("The beginning and the first fragment leave with the first frame, and a fragment with each one after it")
    func prompt() async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver)
        try #require(sink.encoderName == "libx264")
        #expect(await receiver.pieces.isEmpty)
        for index in 0..<20 {
            try await sink.write(movie.frame(index))
            let pieces = await receiver.pieces
            #expect(pieces.count == index + 2)
            #expect(types(pieces[index + 1]) == ["moof", "mdat"])
            #expect(try beginsWithKeyFrame(pieces[index + 1]) == (index == 0))
        }
        let pieces = await receiver.pieces
        #expect(types(pieces[0]) == ["ftyp", "moov"])
        #expect(MP4Box.find("moov/mvex/trex", in: pieces[0][...]).count == 2)
        // All but the sound of the last packets is out: two of them wait for what comes after them.
        let runs = pieces.dropFirst().flatMap { MP4Box.find("moof/traf/trun", in: $0[...]) }
        let sampleCount = runs.reduce(0) { sum, run in sum + run.word(1) }
        let soundPacketCount = 20 * 1920 / 1024 - 1
        #expect(sampleCount == 20 + soundPacketCount)
        try await sink.finish()
        #expect(await receiver.pieces.count <= 22)
        let again = await #expect(throws: FramegenError.self) { try await sink.write(movie.frame(20)) }
        #expect(again?.message.contains("finished") == true)
    }

    @Test("What was sent is a video with sound that belongs to the pictures", arguments: [true, false])
    func whole(lowDelay: Bool) async throws {
        let receiver = StreamReceiver()
        try await movie.write(to: sink(receiver, lowDelay ? liveSettings : movie.settings))
        let pieces = await receiver.pieces
        for piece in pieces.dropFirst() { #expect(types(piece) == ["moof", "mdat"]) }
        #expect((51...52).contains(pieces.count))
        let path = try folder.write(pieces.flatMap { $0 }, to: "stream.mp4")
        let images = try VideoFrameReader(path: path).all()
        try #require(images.count == 50)
        for (index, image) in images.enumerated() {
            #expect(TestPictures.peakSignalToNoise(image, TestPictures.gradient(TestMovie.size, index)) > 33)
        }

        // Everything comes later by the same time, to within a unit of the pictures' times.
        let starts = pieces.dropFirst().flatMap { MP4Box.find("moof/traf", in: $0[...]) }.compactMap { track in
            MP4Box.find("tfdt", in: track.content).first.map { ($0, MP4Box.find("tfhd", in: track.content)[0].word(1)) }
        }
        let firstPicture = try #require(starts.first { $0.1 == 1 }).0.word(2)
        let firstSound = try #require(starts.first { $0.1 == 2 }).0.word(2)
        if lowDelay {
            // Of 12,800 a second.
            #expect(firstPicture == 273)
            #expect(firstSound == 0)
        }
        let samples = try await SoundFile(path: path, makes: .track).allPieces().track
        let delay = samples.count / 2 - movie.allSound.count / 2
        #expect(delay >= 1024)
        let ratio = movie.worstRatio(samples.dropFirst(2 * 1024), movie.allSound[...])
        #expect(ratio > 10, "\(ratio) dB")
    }

    @Test("Players can begin at a frame for which a key frame was asked")
    func keyFrames() async throws {
        let receiver = StreamReceiver()
        let sink = try sink(receiver)
        for index in 0..<20 {
            if index == 7 { await sink.requestKeyFrame() }
            try await sink.write(movie.frame(index))
        }
        try await sink.finish()
        let pieces = await receiver.pieces
        for index in 0..<20 {
            #expect(try beginsWithKeyFrame(pieces[index + 1]) == (index == 0 || index == 7), "frame \(index)")
        }
        let path = try folder.write((pieces.prefix(1) + pieces.dropFirst(8)).flatMap { $0 }, to: "late.mp4")
        let images = try VideoFrameReader(path: path).all()
        try #require(images.count == 13)
        let first = TestPictures.peakSignalToNoise(images[0], TestPictures.gradient(TestMovie.size, 7))
        #expect(first > 33, "\(first) dB")
    }

    @Test("Pieces say what they are, and when", arguments: [true, false])
    func kinds(lowDelay: Bool) async throws {
        let receiver = StreamReceiver()
        try await movie.write(to: sink(receiver, lowDelay ? liveSettings : movie.settings))
        let (kinds, pieces) = await (receiver.kinds, receiver.pieces)
        #expect(kinds.first == .beginning)
        #expect(kinds.last == .end)
        #expect(kinds.count == pieces.count + 1)
        let fragments = await receiver.fragments
        #expect(fragments.count == pieces.count - 1)
        for (index, (times, next)) in zip(fragments, fragments.dropFirst()).enumerated() {
            #expect(abs(times.startInSeconds + times.durationInSeconds - next.startInSeconds) < 1e-6)
            guard times.durationInSeconds > 0 else { continue }
            #expect(try beginsWithKeyFrame(pieces[index + 1]) == times.isKeyFrame, "fragment \(index)")
            #expect(abs(times.startInSeconds - (try start(ofTrack: 1, in: pieces[index + 1]) ?? -1) / 12_800) < 1e-6)
        }
    }

    /// When a track begins in a fragment, in its own unit.
    private func start(ofTrack track: Int, in piece: [UInt8]) throws -> Double? {
        let tracks = MP4Box.find("moof/traf", in: piece[...])
        guard let found = tracks.first(where: { MP4Box.find("tfhd", in: $0.content).first?.word(1) == track }) else {
            return nil
        }
        let time = try #require(MP4Box.find("tfdt", in: found.content).first)
        try #require(time.word(0) >> 24 == 1, "times of 64 bits")
        return Double(time.word(1) << 32 | time.word(2))
    }

    @Test("Who begins at a key frame has the sound of its picture, and hears it with the picture", arguments: [25, 60])
    func joining(framesPerSecond: Int) async throws {
        let movie = TestMovie(
            rate: try #require(FrameRate(framesPerSecond)), format: movie.format, frameCount: 2 * framesPerSecond)
        let receiver = StreamReceiver()
        let settings = VideoSettings(frameRate: movie.rate, preset: .ultrafast, threads: 1, lowDelay: true)
        let sink = try sink(receiver, settings)
        let joined = 17
        for index in 0..<movie.frameCount {
            if index == joined { await sink.requestKeyFrame() }
            try await sink.write(movie.frame(index))
        }
        try await sink.finish()
        let (pieces, fragments) = await (receiver.pieces, receiver.fragments)
        let first = 1 + joined
        #expect(fragments[joined].isKeyFrame)
        let sounds = try pieces[first...].compactMap { try start(ofTrack: 2, in: $0) }
        let soundStart = try #require(sounds.first) / 48_000
        // A packet earlier, as the first one that a decoder gets only makes the next one whole.
        #expect(soundStart <= fragments[joined].startInSeconds - 1024.0 / 48_000)
        #expect(soundStart > fragments[joined].startInSeconds - 0.1)

        let path = try folder.write((pieces.prefix(1) + pieces[first...]).flatMap { $0 }, to: "joined.mp4")
        let images = try VideoFrameReader(path: path).all()
        #expect(images.count == movie.frameCount - joined)
        let picture = TestPictures.peakSignalToNoise(
            try #require(images.first), TestPictures.gradient(TestMovie.size, joined))
        #expect(picture > 33, "\(picture) dB")
        // What is heard at a time is what belongs to it: all times are later by the sound encoder's delay.
        let samples = try await SoundFile(path: path, makes: .track).allPieces().track
        let lost = (movie.allSound.count + 2 * 1024) / 2 - Int((soundStart * 48_000).rounded())
        #expect(abs(samples.count / 2 - lost) <= 1024)
        let offset = 2 * Int((soundStart * 48_000).rounded())
        let ratio = movie.worstRatio(samples.dropFirst(2 * 1024), movie.allSound[offset...])
        #expect(ratio > 10, "\(ratio) dB")
    }

    @Test("Times go on past 32 bits, which a day passes, and fragments grow no larger")
    func longTimes() async throws {
        // So fine a unit that seconds are enough: it is the numerator.
        let rate = try #require(FrameRate(239_999_999, per: 1_000_000))
        let size = ImageSize(width: 16, height: 16)
        let receiver = StreamReceiver()
        let sink = try VideoStreamSink(
            to: receiver, frameSize: size,
            settings: VideoSettings(frameRate: rate, preset: .ultrafast, threads: 1, lowDelay: true))
        let picture = TestPictures.gradient(size, 0)
        let frameCount = 4500
        for index in 0..<frameCount {
            try await sink.write(Frame(index: index, templateIndex: 0, image: picture, sound: nil))
        }
        let pieces = await receiver.pieces
        #expect(pieces.count == frameCount + 1)
        for index in [1, frameCount / 2, frameCount - 1] {
            let start = try #require(try start(ofTrack: 1, in: pieces[index + 1]))
            #expect(start == Double(index) * 1_000_000)
            #expect(abs(await receiver.fragments[index].startInSeconds - start / 239_999_999) < 1e-6)
        }
        #expect(Double(frameCount - 1) * 1_000_000 > Double(UInt32.max))
        let sizes = pieces.dropFirst().map(\.count)
        #expect(try #require(sizes.suffix(1000).max()) <= (try #require(sizes.prefix(1000).max())) + 16)
    }

    @Test("A stream without sound leaves out what frames carry")
    func silent() async throws {
        let receiver = StreamReceiver()
        let sink = try VideoStreamSink(to: receiver, frameSize: TestMovie.size, settings: liveSettings)
        for index in 0..<5 { try await sink.write(movie.frame(index)) }
        try await sink.finish()
        let pieces = await receiver.pieces
        #expect(MP4Box.find("moov/trak", in: pieces[0][...]).count == 1)
        #expect(pieces.count == 6)
    }

    @Test("A writer that fails ends the stream with its error")
    func writerFails() async throws {
        let receiver = StreamReceiver(limit: 3)
        let sink = try sink(receiver)
        for index in 0..<2 { try await sink.write(movie.frame(index)) }
        for _ in 0..<2 {
            let error = await #expect(throws: FramegenError.self) { try await sink.write(movie.frame(2)) }
            #expect(error?.message == "the viewer has gone")
        }
        let error = await #expect(throws: FramegenError.self) { try await sink.finish() }
        #expect(error?.message == "the viewer has gone")
    }

    @Test("A stream of no frames sends nothing, and neither does one that was abandoned")
    func empty() async throws {
        let receiver = StreamReceiver()
        let empty = try sink(receiver)
        let error = await #expect(throws: FramegenError.self) { try await empty.finish() }
        #expect(error?.code == .cannotWrite)
        let abandoned = try sink(receiver)
        await abandoned.abandon()
        await #expect(throws: FramegenError.self) { try await abandoned.write(movie.frame(0)) }
        #expect(await receiver.pieces.isEmpty)
    }
}
