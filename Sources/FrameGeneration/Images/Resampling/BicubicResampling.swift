extension PixelImage {
    /// A copy of `size`, with exactly the bytes of OpenCV's own 8-bit bicubic resize
    /// (Documentation/model-family/frames.md, "One frame", 3).
    ///
    /// Half-pixel centres, a = −0.75, repeated border, and no antialiasing when shrinking.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resizedBicubic(to size: ImageSize) -> PixelImage {
        if size == self.size { return self }
        requireResizable(to: size)
        return resizedBicubic(
            to: size, columns: ResamplingAxis(from: width, to: size.width),
            rows: ResamplingAxis(from: height, to: size.height))
    }

    /// The same of a part of the image, no middle of whose pixels is outside of it.
    func resizedBicubic(to size: ImageSize, columns: ResamplingAxis, rows: ResamplingAxis) -> PixelImage {
        let rows = ResamplingTaps.bicubic(on: rows, to: size.height)
        let columns = ResamplingTaps.bicubic(on: columns, to: size.width)
        // An output at the very edge reaches two pixels beyond it, and the filter reads one more value than it uses.
        var source = PaddedRow(width: width, left: 2, right: 3)
        let offsets = columns.first.map { source.offset(ofColumn: $0) }
        let weights = (0..<size.width).map { column in
            SIMD4<Float>(columns.weights[4 * column..<4 * column + 4].map { Float($0) })
        }

        // The last four source rows, filtered across; row y stays in slot y mod 4. The filter writes a value too many.
        let length = size.width * Self.channels
        var filtered = [[Float]](repeating: [Float](repeating: 0, count: length + 1), count: 4)
        var finished = [UInt8](repeating: 0, count: length)
        var pixels: PageArray<UInt8> = []
        pixels.reserveCapacity(size.height * length)
        var next = 0
        for y in 0..<size.height {
            let first = rows.first[y]
            func row(_ tap: Int) -> Int { min(max(first + tap, 0), height - 1) }
            next = max(next, row(0))
            while next <= row(3) {
                source.load(next, of: self)
                filterAcross(
                    source.values.span, offsets: offsets.span, weights: weights.span, into: &filtered[next % 4])
                next += 1
            }
            combineDown(
                filtered[row(0) % 4], filtered[row(1) % 4], filtered[row(2) % 4], filtered[row(3) % 4],
                weights: rows.weights.span.extracting(4 * y..<4 * y + 4), into: &finished)
            pixels += finished
        }
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }

    func requireResizable(to size: ImageSize) {
        precondition(
            width > 0 && height > 0 && size.width > 0 && size.height > 0,
            "cannot resize from \(self.size) to \(size): a side is 0")
    }
}

/// Four taps for each output pixel: whole numbers below 2²⁴, which single precision adds up exactly.
///
/// A pixel is filtered as four channels, the last of which is the next pixel's first and is overwritten by that.
private func filterAcross(
    _ source: Span<Float>, offsets: Span<Int>, weights: Span<SIMD4<Float>>, into array: inout [Float]
) {
    let width = offsets.count
    precondition(weights.count == width && array.count == 3 * width + 1)
    var line = array.mutableSpan
    var bytes = line.mutableBytes
    for x in 0..<width {
        // Of a part with a known length, no value needs a check of its own.
        let taps = source.extracting(offsets[x]..<offsets[x] &+ 13)
        let weight = weights[x]
        let left = taps.four(at: 0) * weight[0] + taps.four(at: 3) * weight[1]
        let right = taps.four(at: 6) * weight[2] + taps.four(at: 9) * weight[3]
        bytes.storeBytes(of: left + right, toByteOffset: 12 &* x, as: SIMD4<Float>.self)
    }
}

/// Four rows to one: whole groups of eight bytes in single precision, the rest in integers, as OpenCV's vector code
/// and its scalar tail do (Documentation/model-family/frames.md, "One frame", 3).
private func combineDown(
    _ first: [Float], _ second: [Float], _ third: [Float], _ fourth: [Float], weights: Span<Int32>,
    into array: inout [UInt8]
) {
    let count = array.count
    let (row0, row1, row2, row3) = (first.span, second.span, third.span, fourth.span)
    precondition(row0.count >= count && row1.count >= count && row2.count >= count && row3.count >= count)
    precondition(weights.count == 4)
    var line = array.mutableSpan
    let unit: Float = 1 / (ResamplingTaps.one * ResamplingTaps.one)
    let (a, b, c, d) = (weights[0], weights[1], weights[2], weights[3])
    let (fa, fb, fc, fd) = (Float(a) * unit, Float(b) * unit, Float(c) * unit, Float(d) * unit)
    let grouped = count - count % 8
    for i in 0..<grouped {
        line[i] = roundedByte(row0[i] * fa + (row1[i] * fb + (row2[i] * fc + row3[i] * fd)))
    }
    for i in grouped..<count {
        let sum = Int32(row0[i]) &* a &+ Int32(row1[i]) &* b &+ Int32(row2[i]) &* c &+ Int32(row3[i]) &* d
        line[i] = UInt8(truncatingIfNeeded: min(max((sum &+ (1 << 21)) >> 22, 0), 255))
    }
}
