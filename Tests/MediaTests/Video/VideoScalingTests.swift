import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Videos that are smaller than their frames", .timeLimit(.minutes(5)))
struct VideoScalingTests {
    private let folder: TemporaryFolder
    private let rate: FrameRate

    init() throws {
        folder = try TemporaryFolder()
        rate = try #require(FrameRate(25))
    }

    private func settings(_ largestHeight: Int?) -> VideoSettings {
        var settings = VideoSettings(frameRate: rate, crf: 4, preset: .ultrafast, threads: 1)
        settings.largestHeight = largestHeight
        return settings
    }

    @Test(
        "have at most the height that was asked for, even sides, and the frames' ratio of sides as far as pixels go",
        arguments: [
            ImageSize(width: 720, height: 720), ImageSize(width: 1280, height: 720), ImageSize(width: 405, height: 721),
            ImageSize(width: 31, height: 17),
        ], [nil, 16, 17, 99, 480, 720, 4000])
    func size(frames: ImageSize, largestHeight: Int?) {
        let size = settings(largestHeight).pictureSize(ofFrames: frames)
        #expect(size.width % 2 == 0 && size.height % 2 == 0)
        guard let largestHeight, largestHeight < frames.roundedUpToEven.height else {
            #expect(size == frames.roundedUpToEven)
            return
        }
        #expect(size.height <= largestHeight && size.height >= largestHeight - 1)
        let width = Double(frames.roundedUpToEven.width * size.height) / Double(frames.roundedUpToEven.height)
        #expect(abs(Double(size.width) - width) <= 1)
    }

    @Test("show the frames' pictures, at the place and in the colours that these have", arguments: [48, 60])
    func pictures(largestHeight: Int) async throws {
        let (size, path) = (ImageSize(width: 160, height: 120), folder.file("small.mp4"))
        let sink = try VideoFileSink(path: path, frameSize: size, settings: settings(largestHeight), overwrites: false)
        // Gradients are the same at any size, but for the places of pixels.
        func gradient(_ size: ImageSize) -> PixelImage {
            var image = PixelImage(width: size.width, height: size.height)
            for y in 0..<size.height {
                for x in 0..<size.width {
                    let (across, down) = (
                        (Double(x) + 0.5) / Double(size.width), (Double(y) + 0.5) / Double(size.height)
                    )
                    let pixel = (y * size.width + x) * PixelImage.channels
                    image.pixels[pixel] = UInt8(60 + 100 * across)
                    image.pixels[pixel + 1] = UInt8(50 + 120 * down)
                    image.pixels[pixel + 2] = UInt8(200 - 60 * (across + down))
                }
            }
            return image
        }
        for index in 0..<5 { try await sink.write(gradient(size), index) }
        try await sink.finish()
        let images = try VideoFrameReader(path: path).all()
        #expect(images.count == 5)
        for image in images {
            #expect(image.size == ImageSize(width: largestHeight * 4 / 3, height: largestHeight))
            #expect(TestPictures.peakSignalToNoise(image, gradient(image.size)) > 38)
        }
    }

    @Test("of fewer rows than 16 are refused", arguments: [15, 0, -720])
    func tooSmall(largestHeight: Int) throws {
        let error = #expect(throws: FramegenError.self) {
            try VideoFileSink(
                path: folder.file("small.mp4"), frameSize: ImageSize(width: 64, height: 48),
                settings: settings(largestHeight), overwrites: false)
        }
        #expect(error?.code == .invalidRequest && error?.message.contains("\(largestHeight) rows") == true)
    }
}
