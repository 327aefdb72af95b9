extension Image {
    /// A copy of `size`, with exactly the bytes of OpenCV's own 8-bit bilinear resize (spec: frames, "The 160 family").
    ///
    /// Half-pixel centres, repeated border, and no antialiasing when shrinking; but an image halved on both sides is
    /// averaged, as OpenCV does.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resizedBilinear(to size: ImageSize) -> Image {
        if size == self.size { return self }
        requireResizable(to: size)
        if AreaFactor(from: self.size, to: size) == AreaFactor(x: 2, y: 2) { return resizedArea(to: size) }
        return resized(
            to: size,
            columns: .bilinear(from: width, to: size.width, stopsAtEdges: true),
            rows: .bilinear(from: height, to: size.height, stopsAtEdges: false))
    }

    /// Two taps along each axis; those of the columns must begin inside the image.
    func resized(to size: ImageSize, columns: ResamplingTaps, rows: ResamplingTaps) -> Image {
        var source = PaddedRow(width: width, left: 0, right: 1)
        let offsets = columns.first.map { source.offset(ofColumn: $0) }

        let length = size.width * Self.channels
        var line = [Int16](repeating: 0, count: length)
        // The last two source rows, filtered across; row y stays in slot y mod 2.
        var filtered = [Int16](repeating: 0, count: 2 * length)
        var finished = [UInt8](repeating: 0, count: length)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(size.height * length)
        var next = 0
        for y in 0..<size.height {
            let upper = min(max(rows.first[y], 0), height - 1)
            let lower = min(max(rows.first[y] + 1, 0), height - 1)
            next = max(next, upper)
            while next <= lower {
                source.load(next, of: self)
                filterAcross(source.bytes.span, offsets: offsets.span, weights: columns.weights.span, into: &line)
                filtered.replaceSubrange(next % 2 * length..<(next % 2 + 1) * length, with: line)
                next += 1
            }
            combineDown(
                filtered.span.extracting(upper % 2 * length..<(upper % 2 + 1) * length),
                filtered.span.extracting(lower % 2 * length..<(lower % 2 + 1) * length),
                weights: (rows.weights[2 * y], rows.weights[2 * y + 1]), into: &finished)
            pixels += finished
        }
        return Image(width: size.width, height: size.height, pixels: pixels)
    }
}

/// Two taps for each output pixel, 16 times too small, which is how the pass down wants them: `(…) >> 4`.
private func filterAcross(
    _ source: Span<UInt8>, offsets: Span<Int>, weights: Span<Int32>, into line: inout [Int16]
) {
    let width = offsets.count
    precondition(weights.count == 2 * width && line.count == 3 * width)
    var target = line.mutableSpan
    for x in 0..<width {
        let i = offsets[x]
        precondition(i >= 0 && i + 6 <= source.count)
        let (a, b) = (weights[2 * x], weights[2 * x + 1])
        for channel in 0..<3 {
            let j = i &+ channel
            target[3 * x + channel] = Int16(
                truncatingIfNeeded: (Int32(source[j]) &* a &+ Int32(source[j &+ 3]) &* b) >> 4)
        }
    }
}

/// Two rows to one in integers that lose bits on the way (spec: frames, "The 160 family").
private func combineDown(
    _ row0: Span<Int16>, _ row1: Span<Int16>, weights: (Int32, Int32), into line: inout [UInt8]
) {
    let count = row0.count
    precondition(row1.count == count && line.count == count)
    var target = line.mutableSpan
    let (a, b) = weights
    for i in 0..<count {
        let sum = ((a &* Int32(row0[i])) >> 16) &+ ((b &* Int32(row1[i])) >> 16)
        target[i] = UInt8(truncatingIfNeeded: (sum &+ 2) >> 2)
    }
}
