extension Image {
    /// A copy of `size`, with exactly the bytes of OpenCV's own 8-bit bicubic resize (spec: frames, step 3).
    ///
    /// Half-pixel centres, a = −0.75, repeated border, and no antialiasing when shrinking.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resizedBicubic(to size: ImageSize) -> Image {
        if size == self.size { return self }
        requireResizable(to: size)
        let columns = ResamplingTaps.bicubic(from: width, to: size.width)
        let rows = ResamplingTaps.bicubic(from: height, to: size.height)
        // An output at the very edge reaches two pixels beyond it.
        var source = PaddedRow(width: width, left: 2, right: 2)
        let offsets = columns.first.map { source.offset(ofColumn: $0) }

        let length = size.width * Self.channels
        var line = [Int32](repeating: 0, count: length)
        // The last four source rows, filtered across; row y stays in slot y mod 4.
        var filtered = [Int32](repeating: 0, count: 4 * length)
        var finished = [UInt8](repeating: 0, count: length)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(size.height * length)
        var next = 0
        for y in 0..<size.height {
            let taps = (0..<4).map { min(max(rows.first[y] + $0, 0), height - 1) }
            next = max(next, taps[0])
            while next <= taps[3] {
                source.load(next, of: self)
                filterAcross(source.bytes.span, offsets: offsets.span, weights: columns.weights.span, into: &line)
                filtered.replaceSubrange(next % 4 * length..<(next % 4 + 1) * length, with: line)
                next += 1
            }
            let slots = taps.map { $0 % 4 * length..<($0 % 4 + 1) * length }
            combineDown(
                filtered.span.extracting(slots[0]), filtered.span.extracting(slots[1]),
                filtered.span.extracting(slots[2]), filtered.span.extracting(slots[3]),
                weights: (0..<4).map { rows.weights[4 * y + $0] }, into: &finished)
            pixels += finished
        }
        return Image(width: size.width, height: size.height, pixels: pixels)
    }

    func requireResizable(to size: ImageSize) {
        precondition(
            width > 0 && height > 0 && size.width > 0 && size.height > 0,
            "cannot resize from \(self.size) to \(size): a side is 0")
    }
}

/// Four taps for each output pixel, exact in integers.
private func filterAcross(
    _ source: Span<UInt8>, offsets: Span<Int>, weights: Span<Int32>, into line: inout [Int32]
) {
    let width = offsets.count
    precondition(weights.count == 4 * width && line.count == 3 * width)
    var target = line.mutableSpan
    for x in 0..<width {
        let i = offsets[x]
        precondition(i >= 0 && i + 12 <= source.count)
        let (a, b, c, d) = (weights[4 * x], weights[4 * x + 1], weights[4 * x + 2], weights[4 * x + 3])
        for channel in 0..<3 {
            let j = i &+ channel
            target[3 * x + channel] =
                Int32(source[j]) &* a &+ Int32(source[j &+ 3]) &* b
                &+ Int32(source[j &+ 6]) &* c &+ Int32(source[j &+ 9]) &* d
        }
    }
}

/// Four rows to one: whole groups of eight bytes in single precision, the rest in integers, as OpenCV's vector code
/// and its scalar tail do (spec: frames, step 3).
private func combineDown(
    _ row0: Span<Int32>, _ row1: Span<Int32>, _ row2: Span<Int32>, _ row3: Span<Int32>, weights: [Int32],
    into line: inout [UInt8]
) {
    let count = row0.count
    precondition(row1.count == count && row2.count == count && row3.count == count && weights.count == 4)
    precondition(line.count == count)
    var target = line.mutableSpan
    let unit: Float = 1 / (ResamplingTaps.one * ResamplingTaps.one)
    let (a, b, c, d) = (weights[0], weights[1], weights[2], weights[3])
    let (fa, fb, fc, fd) = (Float(a) * unit, Float(b) * unit, Float(c) * unit, Float(d) * unit)
    let grouped = count - count % 8
    for i in 0..<grouped {
        let sum = Float(row0[i]) * fa + (Float(row1[i]) * fb + (Float(row2[i]) * fc + Float(row3[i]) * fd))
        target[i] = roundedByte(sum)
    }
    for i in grouped..<count {
        let sum = row0[i] &* a &+ row1[i] &* b &+ row2[i] &* c &+ row3[i] &* d
        target[i] = UInt8(truncatingIfNeeded: min(max((sum &+ (1 << 21)) >> 22, 0), 255))
    }
}

/// `value`, clamped to 0…255 and rounded half to even.
///
/// Adding 1.5·2²³ leaves no bits for a fraction, so the sum is rounded by the processor's own rule and ends in the
/// integer. Unlike `rounded()`, this compiles to vector code without SSE4.1.
@inline(__always)
func roundedByte(_ value: Float) -> UInt8 {
    let magic: Float = 12_582_912
    let clamped = value < 0 ? 0 : value > 255 ? 255 : value
    return UInt8(truncatingIfNeeded: (clamped + magic).bitPattern)
}
