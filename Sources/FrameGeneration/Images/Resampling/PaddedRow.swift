/// One row of an image in single precision, with its border pixels repeated on both sides, so that filters need no
/// special case there.
struct PaddedRow {
    private(set) var values: [Float]
    private let left: Int

    /// A row of `width` pixels with `left` more before it and `right` more after it.
    init(width: Int, left: Int, right: Int) {
        values = [Float](repeating: 0, count: (left + width + right) * PixelImage.channels)
        self.left = left
    }

    /// The value at which the source's column `x`, which may lie in the padding, begins.
    func offset(ofColumn x: Int) -> Int { (x + left) * PixelImage.channels }

    /// Takes row `y` of `image`, whose width must be that given at the beginning.
    mutating func load(_ y: Int, of image: PixelImage) {
        let channels = PixelImage.channels
        let start = left * channels
        let end = start + image.bytesPerRow
        convert(image.pixels.span.extracting(image.rowRange(y)), to: start)
        for i in (0..<start).reversed() { values[i] = values[i + channels] }
        for i in end..<values.count { values[i] = values[i - channels] }
    }

    private mutating func convert(_ row: Span<UInt8>, to start: Int) {
        let count = row.count
        precondition(start >= 0 && start + count <= values.count)
        var target = values.mutableSpan
        for i in 0..<count { target[start &+ i] = Float(row[i]) }
    }
}

extension PixelImage {
    /// The bytes of row `y`.
    func rowRange(_ y: Int) -> Range<Int> { y * bytesPerRow..<(y + 1) * bytesPerRow }
}

extension Span<Float> {
    /// The four values from `i` on, which must be inside, in one load.
    @inline(__always)
    func four(at i: Int) -> SIMD4<Float> {
        // Checked for the bounds; any bits are a number, so that the type is safe too.
        bytes.unsafeLoadUnaligned(fromByteOffset: i &* MemoryLayout<Float>.stride, as: SIMD4<Float>.self)
    }
}
