import AppleMedia
import FrameGeneration
import Testing

@Suite("Pictures made smaller in plain Swift")
struct PictureScalingTests {
    private static let sizes = [
        (ImageSize(width: 160, height: 120), ImageSize(width: 80, height: 60)),
        (ImageSize(width: 160, height: 120), ImageSize(width: 128, height: 96)),
        (ImageSize(width: 96, height: 70), ImageSize(width: 22, height: 16)),
        (ImageSize(width: 6, height: 40), ImageSize(width: 2, height: 16)),
    ]

    /// Colours that change from pixel to pixel as far as they can without jumps, the same at any size.
    private static func gradient(_ size: ImageSize) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (across, down) = ((Double(x) + 0.5) / Double(size.width), (Double(y) + 0.5) / Double(size.height))
                let pixel = (y * size.width + x) * PixelImage.channels
                image.pixels[pixel] = UInt8(250 * across)
                image.pixels[pixel + 1] = UInt8(250 * down)
                image.pixels[pixel + 2] = UInt8(250 - 125 * (across + down))
            }
        }
        return image
    }

    /// The largest difference but for the planes' edges.
    private static func largest(_ one: PageArray<UInt8>, _ two: PageArray<UInt8>, _ size: ImageSize) -> Int {
        var largest = 0
        for y in 1..<size.height - 1 {
            for x in 1..<size.width - 1 {
                largest = max(largest, abs(Int(one[y * size.width + x]) - Int(two[y * size.width + x])))
            }
        }
        return largest
    }

    @Test("stay flat where they are", arguments: sizes)
    func flat(from: ImageSize, to: ImageSize) {
        let image = PixelImage(
            width: from.width, height: from.height,
            pixels: PageArray((0..<from.width * from.height).flatMap { _ in [30, 200, 90] as [UInt8] }))
        let converter = AppleMedia.VideoPictureConverter()
        let (whole, small) = (
            converter.picture(of: image), PictureScaler(from: from, to: to).scaled(converter.picture(of: image))
        )
        #expect(small.size == to)
        #expect(small.luma.allSatisfy { $0 == whole.luma[0] })
        #expect(small.blueDifference.allSatisfy { $0 == whole.blueDifference[0] })
        #expect(small.redDifference.allSatisfy { $0 == whole.redDifference[0] })
    }

    @Test("are the mean of four samples at half the size")
    func half() {
        let luma = (0..<32).map { UInt8(truncatingIfNeeded: $0 * 89) }
        let half = PictureScaler(
            from: ImageSize(width: 8, height: 4), to: ImageSize(width: 4, height: 2)
        ).scaled(
            PlanarPicture(
                size: ImageSize(width: 8, height: 4), luma: PageArray(luma),
                blueDifference: PageArray(repeating: 0, count: 8), redDifference: PageArray(repeating: 255, count: 8)))
        for y in 0..<2 {
            for x in 0..<4 {
                let four = [0, 1, 8, 9].map { Int(luma[16 * y + 2 * x + $0]) }.reduce(0, +)
                #expect(Int(half.luma[4 * y + x]) == (four + 2) / 4)
            }
        }
        #expect(half.blueDifference.allSatisfy { $0 == 0 } && half.redDifference.allSatisfy { $0 == 255 })
    }

    @Test("have luma and colours where those of a small image are", arguments: sizes.prefix(3))
    func places(from: ImageSize, to: ImageSize) {
        let converter = AppleMedia.VideoPictureConverter()
        let small = PictureScaler(from: from, to: to).scaled(converter.picture(of: Self.gradient(from)))
        let expected = converter.picture(of: Self.gradient(to))
        let half = ImageSize(width: to.width / 2, height: to.height / 2)
        #expect(Self.largest(small.luma, expected.luma, to) <= 1)
        #expect(Self.largest(small.blueDifference, expected.blueDifference, half) <= 1)
        #expect(Self.largest(small.redDifference, expected.redDifference, half) <= 1)
    }
}
