import FrameGeneration
import Testing

@Suite("Rectangles of pixels")
struct PixelRectTests {
    /// Byte values name row, column and channel.
    static func numbered(width: Int, height: Int) -> PixelImage {
        var image = PixelImage(width: width, height: height)
        for i in image.pixels.indices {
            image.pixels[i] = UInt8(i / image.bytesPerRow * 40 + i % image.bytesPerRow + 1)
        }
        return image
    }

    @Test("a crop holds just the rectangle's pixels")
    func crop() {
        let crop = Self.numbered(width: 5, height: 4).cropped(to: PixelRect(x: 1, y: 2, width: 2, height: 2))
        #expect(crop.size == ImageSize(width: 2, height: 2))
        #expect(crop.pixels == [84, 85, 86, 87, 88, 89, 124, 125, 126, 127, 128, 129])
    }

    @Test("a pasted image is what a crop of the same place returns, and nothing else changes")
    func paste() {
        let original = Self.numbered(width: 6, height: 5)
        let patch = PixelImage(width: 3, height: 2, pixels: [UInt8](repeating: 7, count: 18))
        let rect = PixelRect(x: 3, y: 3, width: 3, height: 2)
        var image = original
        image.paste(patch, x: rect.x, y: rect.y)
        #expect(image.cropped(to: rect) == patch)
        image.paste(original.cropped(to: rect), x: rect.x, y: rect.y)
        #expect(image == original)
    }

    @Test("filling blackens the rectangle and nothing else")
    func fill() {
        let original = Self.numbered(width: 4, height: 3)
        let rect = PixelRect(x: 0, y: 1, width: 3, height: 2)
        var image = original
        image.fillBlack(rect)
        #expect(image.cropped(to: rect) == PixelImage(width: 3, height: 2))
        image.paste(original.cropped(to: rect), x: 0, y: 1)
        #expect(image == original)
    }

    @Test(
        "only rectangles without a pixel outside are inside",
        arguments: [
            (PixelRect(x: 0, y: 0, width: 10, height: 8), true),
            (PixelRect(x: 10, y: 8, width: 0, height: 0), true),
            (PixelRect(x: 3, y: 2, width: 7, height: 6), true),
            (PixelRect(x: 4, y: 2, width: 7, height: 6), false),
            (PixelRect(x: 3, y: 3, width: 7, height: 6), false),
            (PixelRect(x: -1, y: 0, width: 2, height: 2), false),
            (PixelRect(x: 0, y: 0, width: -1, height: 2), false),
            (PixelRect(x: Int.max, y: 0, width: 1, height: 1), false),
            (PixelRect(x: 1, y: 1, width: Int.max, height: 1), false),
        ])
    func inside(rect: PixelRect, isInside: Bool) {
        #expect(rect.isInside(ImageSize(width: 10, height: 8)) == isInside)
    }
}
