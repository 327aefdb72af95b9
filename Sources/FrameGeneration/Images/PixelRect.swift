/// A rectangle of pixels: columns `x..<x + width`, rows `y..<y + height`.
public struct PixelRect: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The leftmost column.
    public var x: Int
    /// The topmost row.
    public var y: Int
    /// Pixels in a row.
    public var width: Int
    /// Number of rows.
    public var height: Int

    /// A rectangle by its top left corner and its size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Width and height.
    public var size: ImageSize { ImageSize(width: width, height: height) }

    /// Such as `182×182 at (140, 30)`.
    public var description: String { "\(size) at (\(x), \(y))" }

    /// Whether no pixel of it lies outside an image of `size`.
    public func isInside(_ size: ImageSize) -> Bool {
        x >= 0 && y >= 0 && width >= 0 && height >= 0
            && width <= size.width && height <= size.height && x <= size.width - width && y <= size.height - height
    }
}

extension PixelImage {
    /// The pixels inside `rect`.
    ///
    /// - Precondition: `rect` is inside the image.
    public func cropped(to rect: PixelRect) -> PixelImage {
        precondition(rect.isInside(size), "cannot crop \(rect) from \(size)")
        var bytes: PageArray<UInt8> = []
        bytes.reserveCapacity(rect.width * rect.height * Self.channels)
        for y in rect.y..<rect.y + rect.height {
            bytes += pixels[byteRange(x: rect.x, y: y, width: rect.width)]
        }
        return PixelImage(width: rect.width, height: rect.height, pixels: bytes)
    }

    /// Puts `image` over this one with its top left corner at (`x`, `y`).
    ///
    /// - Precondition: `image` lies inside this one.
    public mutating func paste(_ image: PixelImage, x: Int, y: Int) {
        let rect = PixelRect(x: x, y: y, width: image.width, height: image.height)
        precondition(rect.isInside(size), "cannot paste \(rect) into \(size)")
        for row in 0..<image.height {
            pixels.replaceSubrange(
                byteRange(x: x, y: y + row, width: image.width), with: image.pixels[image.rowRange(row)])
        }
    }

    /// Makes the pixels inside `rect` black.
    ///
    /// - Precondition: `rect` is inside the image.
    public mutating func fillBlack(_ rect: PixelRect) {
        precondition(rect.isInside(size), "cannot fill \(rect) of \(size)")
        for y in rect.y..<rect.y + rect.height {
            for i in byteRange(x: rect.x, y: y, width: rect.width) { pixels[i] = 0 }
        }
    }

    private func byteRange(x: Int, y: Int, width: Int) -> Range<Int> {
        let start = y * bytesPerRow + x * Self.channels
        return start..<start + width * Self.channels
    }
}
