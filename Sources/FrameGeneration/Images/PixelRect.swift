/// A rectangle of whole pixels.
public struct PixelRect: Sendable, Hashable {
    /// Left edge.
    public let x: Int
    /// Upper edge.
    public let y: Int
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int

    /// The rectangle whose upper left pixel is (`x`, `y`).
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Width and height.
    public var size: ImageSize { ImageSize(width: width, height: height) }
}
