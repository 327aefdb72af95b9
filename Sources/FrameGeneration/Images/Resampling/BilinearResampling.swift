extension PixelImage {
    /// A copy of `size`, with exactly the bytes of OpenCV's own 8-bit bilinear resize
    /// (Documentation/model-family/frames.md, "The 160 family").
    ///
    /// Half-pixel centres, repeated border, and no antialiasing when shrinking; but an image halved on both sides is
    /// averaged, as OpenCV does.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resizedBilinear(to size: ImageSize) -> PixelImage {
        if size == self.size { return self }
        requireResizable(to: size)
        if AreaFactor(from: self.size, to: size) == AreaFactor(x: 2, y: 2) { return resizedArea(to: size) }
        return resizedBilinear(
            to: size, columns: ResamplingAxis(from: width, to: size.width),
            rows: ResamplingAxis(from: height, to: size.height))
    }

    /// The same of a part of the image, no middle of whose pixels is outside of it.
    func resizedBilinear(to size: ImageSize, columns: ResamplingAxis, rows: ResamplingAxis) -> PixelImage {
        resized(
            to: size,
            columns: .bilinear(on: columns, from: width, to: size.width, stopsAtEdges: true),
            rows: .bilinear(on: rows, from: height, to: size.height, stopsAtEdges: false))
    }

    /// Two taps along each axis; those of the columns must begin inside the image.
    func resized(to size: ImageSize, columns: ResamplingTaps, rows: ResamplingTaps) -> PixelImage {
        // The last output reaches a pixel beyond the edge, and the filter reads one more value than it uses.
        var source = PaddedRow(width: width, left: 0, right: 2)
        let offsets = columns.first.map { source.offset(ofColumn: $0) }
        let weights = columns.weights.map { Float($0) }

        let length = size.width * Self.channels
        var sums = [Float](repeating: 0, count: length + 1)
        // The last two source rows, filtered across; row y stays in slot y mod 2.
        var filtered = [[Int16]](repeating: [Int16](repeating: 0, count: length), count: 2)
        var finished = [UInt8](repeating: 0, count: length)
        var pixels: PageArray<UInt8> = []
        pixels.reserveCapacity(size.height * length)
        var next = 0
        for y in 0..<size.height {
            let upper = min(max(rows.first[y], 0), height - 1)
            let lower = min(max(rows.first[y] + 1, 0), height - 1)
            next = max(next, upper)
            while next <= lower {
                source.load(next, of: self)
                filterAcross(source.values.span, offsets: offsets.span, weights: weights.span, into: &sums)
                dropFourBits(of: sums.span, into: &filtered[next % 2])
                next += 1
            }
            combineDown(
                filtered[upper % 2], filtered[lower % 2],
                weights: (Int16(rows.weights[2 * y]), Int16(rows.weights[2 * y + 1])), into: &finished)
            pixels += finished
        }
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }
}

/// Two taps for each output pixel: whole numbers below 2²⁴, which single precision adds up exactly.
///
/// A pixel is filtered as four channels, the last of which is the next pixel's first and is overwritten by that.
private func filterAcross(_ source: Span<Float>, offsets: Span<Int>, weights: Span<Float>, into array: inout [Float]) {
    let width = offsets.count
    precondition(weights.count == 2 * width && array.count == 3 * width + 1)
    var sums = array.mutableSpan
    var bytes = sums.mutableBytes
    for x in 0..<width {
        // Of a part with a known length, no value needs a check of its own.
        let taps = source.extracting(offsets[x]..<offsets[x] &+ 7)
        let weight = weights.extracting(2 &* x..<2 &* x &+ 2)
        let sum = taps.four(at: 0) * weight[0] + taps.four(at: 3) * weight[1]
        bytes.storeBytes(of: sum, toByteOffset: 12 &* x, as: SIMD4<Float>.self)
    }
}

/// Whole numbers from 0 to 2²³ − 1 divided by 16, which is how the pass down wants them.
private func dropFourBits(of sums: Span<Float>, into array: inout [Int16]) {
    let count = array.count
    precondition(sums.count >= count)
    var line = array.mutableSpan
    // Added to 2²³, a whole number is the fraction's bits.
    let magic: Float = 8_388_608
    for i in 0..<count { line[i] = Int16(truncatingIfNeeded: ((sums[i] + magic).bitPattern & 0x7F_FFFF) >> 4) }
}

/// Two rows to one in integers that lose bits on the way (Documentation/model-family/frames.md, "The 160 family").
private func combineDown(
    _ upper: [Int16], _ lower: [Int16], weights: (Int16, Int16), into array: inout [UInt8]
) {
    let count = array.count
    let (row0, row1) = (upper.span, lower.span)
    precondition(row0.count == count && row1.count == count)
    var line = array.mutableSpan
    for i in 0..<count {
        let sum = highHalf(weights.0, row0[i]) &+ highHalf(weights.1, row1[i])
        line[i] = UInt8(truncatingIfNeeded: (sum &+ 2) >> 2)
    }
}

/// The upper 16 bits of a product, for which processors have an instruction.
@inline(__always)
private func highHalf(_ a: Int16, _ b: Int16) -> Int16 {
    Int16(truncatingIfNeeded: (Int32(a) &* Int32(b)) >> 16)
}
