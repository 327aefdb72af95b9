import Foundation
import FrameGeneration
import Media
import TestSupport

/// Pictures that a video encoder finds easy, each unlike the one before.
enum TestPictures {
    /// Gradients with a box that moves.
    static func gradient(_ size: ImageSize, _ index: Int) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        let box = (x: (5 + 3 * index) % max(1, size.width - 24), y: (2 * index) % max(1, size.height - 20))
        for y in 0..<size.height {
            for x in 0..<size.width {
                let isBox = (box.x..<box.x + 24).contains(x) && (box.y..<box.y + 20).contains(y)
                let light = isBox ? 40 : 0
                let pixel = (y * size.width + x) * PixelImage.channels
                image.pixels[pixel] = UInt8(60 + 100 * x / size.width + light)
                image.pixels[pixel + 1] = UInt8(50 + 120 * y / size.height + light)
                image.pixels[pixel + 2] = UInt8(40 + 80 * (x + y) / (size.width + size.height) + light + index % 8)
            }
        }
        return image
    }

    /// One colour.
    static func flat(_ size: ImageSize, blue: UInt8, green: UInt8, red: UInt8) -> PixelImage {
        PixelImage(
            width: size.width, height: size.height,
            pixels: (0..<size.width * size.height).flatMap { _ in [blue, green, red] })
    }

    /// Peak signal to noise ratio in decibels, of the part that `expected` has.
    static func peakSignalToNoise(_ actual: PixelImage, _ expected: PixelImage) -> Double {
        var sum = 0.0
        for y in 0..<expected.height {
            for x in 0..<expected.bytesPerRow {
                let difference =
                    Double(actual.pixels[y * actual.bytesPerRow + x])
                    - Double(expected.pixels[y * expected.bytesPerRow + x])
                sum += difference * difference
            }
        }
        return 10 * log10(255 * 255 * Double(expected.pixels.count) / max(sum, 1e-9))
    }
}

extension VideoFileSink {
    /// Writes test pictures, with the sound of a source if there is one, and finishes.
    func writeGradients(_ count: Int, _ size: ImageSize, sounds: FrameSounds? = nil) async throws {
        for index in 0..<count {
            let frame = Frame(
                index: index, templateIndex: 0, image: TestPictures.gradient(size, index),
                sound: try await sounds?.next())
            try write(frame)
        }
        try finish()
    }

    func write(_ image: PixelImage, _ index: Int) throws(FramegenError) {
        try write(Frame(index: index, templateIndex: 0, image: image))
    }
}

extension VideoFrameReader {
    /// All pictures.
    func all() throws -> [PixelImage] {
        var images: [PixelImage] = []
        while let image = try next() { images.append(image) }
        return images
    }
}
