import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Pictures of which only the face is converted anew", .timeLimit(.minutes(5)))
struct VideoPictureConverterTests {
    /// Noise that no two places share: the worst case for filters.
    private static func noise(_ size: ImageSize, seed: UInt32) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        var state = seed
        for i in image.pixels.indices {
            state = state &* 1_664_525 &+ 1_013_904_223
            image.pixels[i] = UInt8(truncatingIfNeeded: state >> 24)
        }
        return image
    }

    /// Expects 50 dB over all three planes together, and no sample off by more than rounding.
    private static func expectSame(_ actual: PlanarPicture, as expected: PlanarPicture) {
        #expect(actual.size == expected.size)
        var (sum, count, largest) = (0.0, 0, 0.0)
        for plane in [\PlanarPicture.luma, \.blueDifference, \.redDifference] {
            for (first, second) in zip(actual[keyPath: plane], expected[keyPath: plane]) {
                let difference = abs(Double(first) - Double(second))
                sum += difference * difference
                largest = max(largest, difference)
            }
            count += expected[keyPath: plane].count
        }
        let ratio = 10 * log10(255 * 255 * Double(count) / max(sum, 1e-9))
        #expect(ratio >= 50, "\(ratio) dB")
        #expect(largest <= 1)
    }

    static let places: [(ImageSize, PixelRect)] = {
        let (even, odd) = (ImageSize(width: 320, height: 240), ImageSize(width: 321, height: 239))
        return [
            (even, PixelRect(x: 100, y: 60, width: 90, height: 90)),
            (even, PixelRect(x: 101, y: 61, width: 90, height: 91)),
            (even, PixelRect(x: 103, y: 63, width: 1, height: 1)),
            (even, PixelRect(x: 0, y: 0, width: 57, height: 58)),
            (even, PixelRect(x: 1, y: 239, width: 319, height: 1)),
            (even, PixelRect(x: 263, y: 3, width: 57, height: 237)),
            (even, PixelRect(x: 0, y: 0, width: 320, height: 240)),
            (odd, PixelRect(x: 11, y: 13, width: 101, height: 99)),
            (odd, PixelRect(x: 250, y: 150, width: 71, height: 89)),
            (odd, PixelRect(x: 320, y: 238, width: 1, height: 1)),
            (odd, PixelRect(x: 0, y: 0, width: 321, height: 239)),
            (ImageSize(width: 10, height: 9), PixelRect(x: 2, y: 1, width: 8, height: 8)),
            (ImageSize(width: 1, height: 1), PixelRect(x: 0, y: 0, width: 1, height: 1)),
        ]
    }()

    @Test("The picture is that of the whole image, wherever the face is", arguments: places)
    func update(size: ImageSize, rect: PixelRect) throws {
        let converter = VideoPictureConverter()
        let image = Self.noise(size, seed: 1)
        let face = Self.noise(rect.size, seed: 2)
        var picture = try converter.picture(of: image)
        #expect(picture.size == size)
        try converter.update(&picture, with: face, at: rect, in: image)

        var whole = image
        whole.paste(face, x: rect.x, y: rect.y)
        Self.expectSame(picture, as: try converter.picture(of: whole))
    }

    @Test("A face that fades leaves every sample as it was that has no changed pixel near", arguments: [120, 121])
    func fadingFace(side: Int) throws {
        let drawn = DrawnFace(side: side)
        let converter = VideoPictureConverter()
        let image = drawn.image()
        let mask = PasteMask(
            drawn.contour, at: drawn.rect, recipe: Generator.syncTalk328AVE.face, labels: nil)
        var look = DrawnFace.Look()
        look.cast = 20
        look.opening = 0.06
        let face = drawn.image(look).cropped(to: drawn.rect).faded(into: image, at: drawn.rect, mask)
        let before = try converter.picture(of: image)
        var picture = before
        try converter.update(&picture, with: face, at: drawn.rect, in: image)
        var whole = image
        whole.paste(face, x: drawn.rect.x, y: drawn.rect.y)
        Self.expectSame(picture, as: try converter.picture(of: whole))

        let width = image.size.roundedUpToEven.width
        for index in picture.luma.indices where picture.luma[index] != before.luma[index] {
            let (x, y) = (index % width - drawn.rect.x, index / width - drawn.rect.y)
            let isNear = (-2...2).contains { dy in
                mask.columns.indices.contains(y + dy) && mask.columns[y + dy].contains { abs($0 - x) <= 2 }
            }
            if !isNear { Issue.record("the sample at (\(x), \(y)) of the box has changed") }
        }
    }

    @Test("One converter serves faces and images of any size, one after another")
    func anySize() throws {
        let converter = VideoPictureConverter()
        for (size, rect) in Self.places + Self.places.reversed() {
            let image = Self.noise(size, seed: 3)
            let face = Self.noise(rect.size, seed: 4)
            var picture = try converter.picture(of: image)
            try converter.update(&picture, with: face, at: rect, in: image)
            var whole = image
            whole.paste(face, x: rect.x, y: rect.y)
            Self.expectSame(picture, as: try VideoPictureConverter().picture(of: whole))
        }
    }

    @Test("A face of no size changes nothing")
    func empty() throws {
        let converter = VideoPictureConverter()
        let image = Self.noise(ImageSize(width: 20, height: 20), seed: 5)
        var picture = try converter.picture(of: image)
        let before = picture
        try converter.update(
            &picture, with: PixelImage(width: 0, height: 0), at: PixelRect(x: 3, y: 3, width: 0, height: 0), in: image)
        #expect(picture == before)
    }

    @Test("Several tasks may share a converter")
    func concurrently() async throws {
        let converter = VideoPictureConverter()
        let size = ImageSize(width: 64, height: 48)
        try await withThrowingTaskGroup { group in
            for seed in 0..<8 {
                group.addTask {
                    let image = Self.noise(size, seed: UInt32(seed))
                    let alone = try VideoPictureConverter().picture(of: image)
                    for _ in 0..<10 { #expect(try converter.picture(of: image) == alone) }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        "Pictures that are converted already give the same video as images, at even and odd sizes",
        arguments: [ImageSize(width: 128, height: 96), ImageSize(width: 101, height: 75)])
    func sameVideo(size: ImageSize) async throws {
        let folder = try TemporaryFolder()
        let settings = VideoSettings(frameRate: try #require(FrameRate(25)), preset: .ultrafast, threads: 1)
        let images = try VideoFileSink(path: folder.file("images.mp4"), frameSize: size, settings: settings)
        let pictures = try VideoFileSink(path: folder.file("pictures.mp4"), frameSize: size, settings: settings)
        let converter = VideoPictureConverter()
        for index in 0..<12 {
            let image = TestPictures.gradient(size, index)
            try await images.write(image, index)
            let picture = try converter.picture(of: image)
            // Its image is not looked at.
            let black = PixelImage(width: size.width, height: size.height)
            try await pictures.write(Frame(index: index, templateIndex: 0, image: black, picture: picture))
        }
        try await images.finish()
        try await pictures.finish()
        let expected = try Data(contentsOf: URL(filePath: folder.file("images.mp4")))
        #expect(try Data(contentsOf: URL(filePath: folder.file("pictures.mp4"))) == expected)
    }
}
