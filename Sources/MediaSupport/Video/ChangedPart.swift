package import FrameGeneration

/// Which part of a 4:2:0 picture must be converted anew when a rectangle of its image changes, and from which pixels.
package struct ChangedPart {
    /// How far colour filters reach, in pixels: libswscale's bicubic one takes 8 of a row to halve it.
    static let reach = 8

    /// All that may change: even on every side, and inside the planes.
    package let target: PixelRect
    /// What is converted: the target and around it what the filters need, up to the planes' edges.
    package let source: PixelRect

    /// - Parameters:
    ///   - rect: not empty, and inside the image.
    ///   - size: of the planes; even.
    ///   - smallestSize: of the source, unless the planes are smaller.
    package init(of rect: PixelRect, in size: ImageSize, smallestSize: ImageSize) {
        let columns = Self.ranges(rect.x..<rect.x + rect.width, in: size.width, smallest: smallestSize.width)
        let rows = Self.ranges(rect.y..<rect.y + rect.height, in: size.height, smallest: smallestSize.height)
        target = Self.rect(columns.target, rows.target)
        source = Self.rect(columns.source, rows.source)
    }

    private static func ranges(
        _ changed: Range<Int>, in length: Int, smallest: Int
    ) -> (target: Range<Int>, source: Range<Int>) {
        let lower = max(0, changed.lowerBound - changed.lowerBound % 2 - reach)
        let upper = min(length, changed.upperBound + changed.upperBound % 2 + reach)
        let first = max(0, lower - reach)
        // Few different sizes: each needs a converter of its own.
        let needed = (min(length, upper + reach) - first + 15) / 16 * 16
        let count = min(length, max(needed, smallest))
        let start = min(first, length - count)
        return (lower..<upper, start..<start + count)
    }

    private static func rect(_ columns: Range<Int>, _ rows: Range<Int>) -> PixelRect {
        PixelRect(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }
}
