/// One row of an image with its border pixels repeated on both sides, so that filters need no special case there.
struct PaddedRow {
    private(set) var bytes: [UInt8]
    private let left: Int
    private let right: Int

    /// A row of `width` pixels with `left` more before it and `right` more after it.
    init(width: Int, left: Int, right: Int) {
        bytes = [UInt8](repeating: 0, count: (left + width + right) * Image.channels)
        self.left = left
        self.right = right
    }

    /// The byte at which the source's column `x`, which may lie in the padding, begins.
    func offset(ofColumn x: Int) -> Int { (x + left) * Image.channels }

    /// Takes row `y` of `image`, whose width must be that given at the beginning.
    mutating func load(_ y: Int, of image: Image) {
        let channels = Image.channels
        let start = left * channels
        let end = start + image.bytesPerRow
        bytes.replaceSubrange(start..<end, with: image.pixels[image.rowRange(y)])
        for i in (0..<start).reversed() { bytes[i] = bytes[i + channels] }
        for i in end..<bytes.count { bytes[i] = bytes[i - channels] }
    }
}

extension Image {
    /// The bytes of row `y`.
    func rowRange(_ y: Int) -> Range<Int> { y * bytesPerRow..<(y + 1) * bytesPerRow }
}
