import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Video files", .timeLimit(.minutes(5)))
struct VideoFileSinkTests {
    private static let size = ImageSize(width: 128, height: 96)
    private let folder: TemporaryFolder
    private let rate: FrameRate

    init() throws {
        folder = try TemporaryFolder()
        rate = try #require(FrameRate(25))
    }

    @Test(
        "Pictures come back in number, order and colour, at even and odd sizes",
        arguments: [(128, 96), (101, 75), (64, 33), (33, 64)])
    func roundTrip(width: Int, height: Int) async throws {
        let size = ImageSize(width: width, height: height)
        let path = folder.file("video.mp4")
        let sink = try VideoFileSink(
            path: path, frameSize: size, settings: VideoSettings(frameRate: rate, crf: 10, threads: 1))
        try await sink.writeGradients(30, size)

        let reader = try VideoFrameReader(path: path)
        #expect(reader.info.videoCodec == "h264")
        #expect(reader.info.size == ImageSize(width: width + width % 2, height: height + height % 2))
        #expect(reader.info.colours == ["bt709", "bt709", "bt709", "tv"])
        #expect(reader.info.soundSeconds == nil)
        let images = try reader.all()
        try #require(images.count == 30)
        for (index, image) in images.enumerated() {
            let ratio = TestPictures.peakSignalToNoise(image, TestPictures.gradient(size, index))
            #expect(ratio > 40, "frame \(index): \(ratio) dB")
        }
    }

    @Test("On one thread x264 holds no more frames back than the ten that veryfast looks ahead")
    func delay() async throws {
        let sink = try VideoFileSink(
            path: folder.file("video.mp4"), frameSize: Self.size, settings: VideoSettings(frameRate: rate, threads: 1))
        try #require(sink.encoderName == "libx264")
        for index in 0..<11 {
            #expect(await sink.firstPacketInstant == nil, "before frame \(index)")
            try await sink.write(TestPictures.gradient(Self.size, index), index)
        }
        #expect(await sink.firstPacketInstant != nil)
        await sink.abandon()
    }

    @Test("With low delay x264 gives each frame's packet with the frame, and key frames where they are wanted")
    func lowDelay() async throws {
        let path = folder.file("video.mp4")
        let settings = VideoSettings(frameRate: rate, lowDelay: true, keyFrameInterval: 4)
        let sink = try VideoFileSink(path: path, frameSize: Self.size, settings: settings)
        try #require(sink.encoderName == "libx264")
        try await sink.write(TestPictures.gradient(Self.size, 0), 0)
        #expect(await sink.firstPacketInstant != nil)
        for index in 1..<10 { try await sink.write(TestPictures.gradient(Self.size, index), index) }
        try await sink.finish()
        let track = try #require(MP4Track.all([UInt8](Data(contentsOf: URL(filePath: path)))).first)
        let keys = try #require(track.keySamples)
        #expect(keys.first == 0 && keys.count < 10)
        #expect(zip(keys, keys.dropFirst() + [10]).allSatisfy { $1 - $0 <= 4 }, "\(keys)")
        #expect(track.times == track.times.sorted())
        #expect(try VideoFrameReader(path: path).all().count == 10)
    }

    @Test("The smallest sizes work", arguments: [(2, 2), (3, 3), (2, 65)])
    func smallest(width: Int, height: Int) async throws {
        let size = ImageSize(width: width, height: height)
        let sink = try VideoFileSink(
            path: folder.file("small.mp4"), frameSize: size, settings: VideoSettings(frameRate: rate, crf: 1))
        let image = TestPictures.flat(size, blue: 90, green: 140, red: 200)
        for index in 0..<5 { try await sink.write(image, index) }
        try await sink.finish()
        let images = try VideoFrameReader(path: folder.file("small.mp4")).all()
        #expect(images.count == 5)
        for read in images { #expect(TestPictures.peakSignalToNoise(read, image) > 40) }
    }

    @Test("The column and row that an odd size lacks repeat the last one")
    func extensionOfOddSizes() async throws {
        let size = ImageSize(width: 101, height: 75)
        let sink = try VideoFileSink(
            path: folder.file("odd.mp4"), frameSize: size, settings: VideoSettings(frameRate: rate, crf: 5))
        try await sink.writeGradients(1, size)
        let image = try #require(try VideoFrameReader(path: folder.file("odd.mp4")).next())
        for y in 0..<75 {
            for channel in 0..<3 {
                let end = y * image.bytesPerRow + 101 * 3 + channel
                #expect(abs(Int(image.pixels[end]) - Int(image.pixels[end - 3])) <= 6)
            }
        }
    }

    @Test(
        "Colours are stored as BT.709 defines them, limited range",
        arguments: [(0, 0, 0), (255, 255, 255), (0, 255, 0), (255, 0, 0), (0, 0, 255), (90, 140, 200), (128, 128, 128)])
    func colours(blue: Int, green: Int, red: Int) async throws {
        let size = Self.size
        let sink = try VideoFileSink(
            path: folder.file("flat.mp4"), frameSize: size, settings: VideoSettings(frameRate: rate, crf: 1))
        try await sink.write(
            TestPictures.flat(size, blue: UInt8(blue), green: UInt8(green), red: UInt8(red)), 0)
        try await sink.finish()
        let planes = try #require(try VideoFrameReader(path: folder.file("flat.mp4")).nextPlanes())
        // ITU-R BT.709-6, items 3.2 to 3.4 and 4.6.
        let (r, g, b) = (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
        let light = 0.2126 * r + 0.7152 * g + 0.0722 * b
        let expected = [16 + 219 * light, 128 + 224 * (b - light) / 1.8556, 128 + 224 * (r - light) / 1.5748]
        for (plane, value) in zip([planes.luma, planes.blueDifference, planes.redDifference], expected) {
            let centre = Double(plane[plane.count / 2])
            #expect(abs(centre - value) <= 1, "\(centre), expected \(value)")
        }
    }

    @Test("Colour samples lie where H.264 puts them: on the left one of two columns")
    func chromaPosition() async throws {
        // Blue grows by 2 a column: between the columns instead of on the left one would be half a step more.
        let size = Self.size
        var image = TestPictures.flat(size, blue: 0, green: 0, red: 0)
        for pixel in 0..<size.width * size.height {
            image.pixels[3 * pixel] = UInt8(2 * (pixel % size.width))
        }
        let sink = try VideoFileSink(
            path: folder.file("ramp.mp4"), frameSize: size, settings: VideoSettings(frameRate: rate, crf: 1))
        try await sink.write(image, 0)
        try await sink.finish()
        let planes = try #require(try VideoFrameReader(path: folder.file("ramp.mp4")).nextPlanes())
        var shift = 0.0
        for column in 8..<56 {
            // Cb of blue alone.
            let expected = 128 + 224 * (4 * Double(column) / 255) * 0.5
            shift += Double(planes.blueDifference[24 * 64 + column]) - expected
        }
        // Half a column is 0.44 of Cb.
        #expect(abs(shift / 48) < 0.2, "\(shift / 48)")
    }

    @Test(
        "Pictures and sound last equally long at any rate, the last frame included",
        arguments: ["25", "29.97", "30000/1001", "24000/1001", "12.5", "1", "50", "240"])
    func lengths(text: String) async throws {
        let rate = try #require(FrameRate(text))
        let path = folder.file("video.mp4")
        let source = try SoundFile(path: Fixtures.path("media/tones.flac"), makes: .track)
        let sink = try VideoFileSink(
            path: path, frameSize: Self.size, settings: VideoSettings(frameRate: rate, preset: .ultrafast),
            sound: source.trackFormat)
        try await sink.writeGradients(37, Self.size, sounds: FrameSounds(of: source, at: rate))
        let info = try VideoFrameReader(path: path).info
        let seconds = 37 * Double(rate.denominator) / Double(rate.numerator)
        #expect(abs((info.videoSeconds ?? 0) - seconds) < 1e-3, "\(info)")
        #expect(abs((info.soundSeconds ?? 0) - seconds) < 1e-3, "\(info)")
        let read = try #require(info.frameRate)
        #expect(read.numerator * rate.denominator == rate.numerator * read.denominator)
        #expect(try VideoFrameReader(path: path).all().count == 37)
    }

    @Test("A lossless video is warned of, as many players refuse it; the next quality is not", arguments: [0, 1])
    func lossless(crf: Int) async throws {
        let path = folder.file("video.mp4")
        let sink = try VideoFileSink(
            path: path, frameSize: Self.size, settings: VideoSettings(frameRate: rate, crf: crf, threads: 1))
        try #require(sink.encoderName == "libx264")
        try await sink.writeGradients(2, Self.size)
        // Of the decoder's configuration: its version, and the profile. 244 is High 4:4:4 Predictive.
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        let start = try #require(bytes.firstRange(of: Array("avcC".utf8))).upperBound
        #expect((bytes[start + 1] == 244) == (crf == 0))
        #expect((sink.warning?.contains("High 4:4:4 Predictive") == true) == (crf == 0))
        #expect(sink.threadCount == 1)
    }

    @Test("Another encoder stands in where there is no x264, and says so")
    func otherEncoder() async throws {
        let path = folder.file("video.mp4")
        let settings = VideoSettings(frameRate: rate)
        let best = try VideoFileSink(path: path, frameSize: Self.size, settings: settings)
        #expect((best.warning == nil) == (best.encoderName == "libx264"))
        let other = try VideoFileSink(
            path: path, frameSize: Self.size, settings: settings, overwrites: false,
            encoders: ["no such encoder", "mpeg4"])
        #expect(other.encoderName == "mpeg4")
        #expect(other.warning?.contains("mpeg4") == true)
        try await other.writeGradients(10, Self.size)
        #expect(try VideoFrameReader(path: path).all().count == 10)
        let error = #expect(throws: FramegenError.self) {
            try VideoFileSink(
                path: path, frameSize: Self.size, settings: settings, overwrites: true,
                encoders: ["no such encoder"])
        }
        #expect(error?.code == .notFound)
    }
}
