import AppleMedia
import FFmpegMedia
import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Pictures converted in plain Swift")
struct PictureConversionTests {
    private let converter = AppleMedia.VideoPictureConverter()

    private static func flat(_ size: ImageSize, blue: UInt8, green: UInt8, red: UInt8) -> PixelImage {
        PixelImage(
            width: size.width, height: size.height,
            pixels: (0..<size.width * size.height).flatMap { _ in [blue, green, red] })
    }

    /// Smooth gradients, and noise on them.
    private static func image(_ size: ImageSize, noise: Int) -> PixelImage {
        var seed: UInt32 = 1
        return PixelImage(
            width: size.width, height: size.height,
            pixels: (0..<size.width * size.height).flatMap { index -> [UInt8] in
                let (x, y) = (index % size.width, index / size.width)
                return [x * 200 / size.width, y * 200 / size.height, (x + y) * 100 / size.width].map { value in
                    seed = seed &* 1_664_525 &+ 1_013_904_223
                    return UInt8(clamping: value + Int(seed >> 16) % (2 * noise + 1) - noise + 20)
                }
            })
    }

    @Test(
        "have BT.709's values in limited range",
        arguments: [
            ((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((128, 128, 128), (126, 128, 128)),
            ((0, 0, 255), (63, 102, 240)), ((0, 255, 0), (173, 42, 26)), ((255, 0, 0), (32, 240, 118)),
        ])
    func values(colour: (Int, Int, Int), expected: (Int, Int, Int)) {
        let size = ImageSize(width: 5, height: 3)
        let (blue, green, red) = (UInt8(colour.0), UInt8(colour.1), UInt8(colour.2))
        let picture = converter.picture(of: Self.flat(size, blue: blue, green: green, red: red))
        #expect(picture.luma.allSatisfy { Int($0) == expected.0 }, "\(picture.luma[0])")
        #expect(picture.blueDifference.allSatisfy { Int($0) == expected.1 }, "\(picture.blueDifference[0])")
        #expect(picture.redDifference.allSatisfy { Int($0) == expected.2 }, "\(picture.redDifference[0])")
    }

    @Test(
        "are what libswscale makes, but for its longer colour filter",
        arguments: [ImageSize(width: 320, height: 240), ImageSize(width: 321, height: 239)])
    func asLibswscale(size: ImageSize) throws {
        let image = Self.image(size, noise: 3)
        let (own, other) = (converter.picture(of: image), try FFmpegMedia.VideoPictureConverter().picture(of: image))
        func largest(_ one: PageArray<UInt8>, _ two: PageArray<UInt8>) -> Int {
            zip(one, two).map { abs(Int($0) - Int($1)) }.max() ?? 0
        }
        #expect(largest(own.luma, other.luma) <= 1)
        #expect(largest(own.blueDifference, other.blueDifference) <= 4)
        #expect(largest(own.redDifference, other.redDifference) <= 4)
    }

    @Test(
        "with a face put in are those of the image with the face in it, to the bit",
        arguments: [
            (10, 6, 12, 9), (11, 7, 13, 10), (0, 0, 9, 5), (24, 19, 17, 14), (0, 0, 41, 33), (40, 32, 1, 1),
            (1, 1, 1, 1),
        ])
    func update(x: Int, y: Int, width: Int, height: Int) {
        let image = Self.image(ImageSize(width: 41, height: 33), noise: 20)
        let face = Self.image(ImageSize(width: width, height: height), noise: 60)
        var whole = image
        whole.paste(face, x: x, y: y)
        var picture = converter.picture(of: image)
        converter.update(&picture, with: face, at: PixelRect(x: x, y: y, width: width, height: height), in: image)
        #expect(picture == converter.picture(of: whole))
    }

    @Test("lie in two planes with their colours in turns, whatever the rows' strides", arguments: [(6, 6), (16, 10)])
    func planes(lumaStride: Int, coloursStride: Int) {
        let picture = converter.picture(of: Self.image(ImageSize(width: 5, height: 4), noise: 20))
        var luma = [UInt8](repeating: 99, count: lumaStride * 4)
        var colours = [UInt8](repeating: 99, count: coloursStride * 2)
        luma.withUnsafeMutableBytes { luma in
            colours.withUnsafeMutableBytes { colours in
                picture.copyPlanes(
                    luma: luma, lumaStride: lumaStride, colours: colours, coloursStride: coloursStride)
            }
        }
        for row in 0..<4 {
            #expect(
                Array(luma[row * lumaStride..<row * lumaStride + 6])
                    == Array(picture.luma)[row * 6..<row * 6 + 6].map { $0 })
            #expect(luma[row * lumaStride + 6..<(row + 1) * lumaStride].allSatisfy { $0 == 99 })
        }
        for index in 0..<6 {
            let place = index / 3 * coloursStride + index % 3 * 2
            #expect(colours[place] == picture.blueDifference[index])
            #expect(colours[place + 1] == picture.redDifference[index])
        }
    }
}
