extension PixelImage {
    /// A copy of `size`, with exactly the bytes of OpenCV's own 8-bit area resize
    /// (Documentation/model-family/frames.md, "The 160 family").
    ///
    /// Each output pixel is the mean of the part of the source it covers; but where either side grows, the result is a
    /// variant of bilinear.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resizedArea(to size: ImageSize) -> PixelImage {
        if size == self.size { return self }
        requireResizable(to: size)
        guard size.width <= width, size.height <= height else {
            return resized(
                to: size,
                columns: .areaLinear(from: width, to: size.width, stopsAtEdges: true),
                rows: .areaLinear(from: height, to: size.height, stopsAtEdges: false))
        }
        if let factor = AreaFactor(from: self.size, to: size) { return blockMeans(to: size, factor: factor) }
        return coverageMeans(
            to: size, columns: ResamplingAxis(from: width, to: size.width),
            rows: ResamplingAxis(from: height, to: size.height))
    }

    /// The same of a part of the image, no pixel of which is outside of it.
    func resizedArea(to size: ImageSize, columns: ResamplingAxis, rows: ResamplingAxis) -> PixelImage {
        guard columns.scale >= 1, rows.scale >= 1 else {
            return resizedBilinear(to: size, columns: columns, rows: rows)
        }
        return coverageMeans(to: size, columns: columns, rows: rows)
    }

    /// The means of whole blocks: the sum of integers times the reciprocal in single precision, rounded half to even;
    /// blocks of 2×2 round half up.
    private func blockMeans(to size: ImageSize, factor: AreaFactor) -> PixelImage {
        let reciprocal = 1 / Float(factor.x * factor.y)
        var sums = [Int32](repeating: 0, count: size.width * Self.channels)
        var finished = [UInt8](repeating: 0, count: size.width * Self.channels)
        var pixels: PageArray<UInt8> = []
        pixels.reserveCapacity(size.height * finished.count)
        for y in 0..<size.height {
            for i in sums.indices { sums[i] = 0 }
            for row in y * factor.y..<(y + 1) * factor.y {
                addBlocks(self.pixels.span.extracting(rowRange(row)), factor: factor.x, to: &sums)
            }
            if factor == AreaFactor(x: 2, y: 2) {
                roundQuarters(sums.span, into: &finished)
            } else {
                round(sums.span, times: reciprocal, into: &finished)
            }
            pixels += finished
        }
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }

    /// The means of blocks with fractional borders, summed in single precision in OpenCV's order.
    private func coverageMeans(to size: ImageSize, columns: ResamplingAxis, rows: ResamplingAxis) -> PixelImage {
        let columns = AreaCoverage.table(on: columns, from: width, to: size.width)
        let rows = AreaCoverage.table(on: rows, from: height, to: size.height)
        let length = size.width * Self.channels
        var across = [Float](repeating: 0, count: length)
        var sums = [Float](repeating: 0, count: length)
        var finished = [UInt8](repeating: 0, count: size.width * Self.channels)
        var pixels: PageArray<UInt8> = []
        pixels.reserveCapacity(size.height * finished.count)
        for (index, row) in rows.enumerated() {
            for i in across.indices { across[i] = 0 }
            addCoverage(self.pixels.span.extracting(rowRange(row.source)), columns: columns.span, to: &across)
            add(across.span, times: row.weight, to: &sums)
            guard index + 1 == rows.count || rows[index + 1].target != row.target else { continue }
            round(sums.span, into: &finished)
            pixels += finished
            for i in sums.indices { sums[i] = 0 }
        }
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }
}

/// How many whole source pixels an output pixel covers along each axis.
struct AreaFactor: Equatable {
    let x: Int
    let y: Int

    init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }

    /// `nil` if either is no whole number in OpenCV's arithmetic, in which even a whole ratio may not come out whole.
    init?(from source: ImageSize, to target: ImageSize) {
        let x = ResamplingTaps.scale(from: source.width, to: target.width)
        let y = ResamplingTaps.scale(from: source.height, to: target.height)
        guard abs(x - x.rounded()) < .ulpOfOne, abs(y - y.rounded()) < .ulpOfOne, x >= 1, y >= 1 else { return nil }
        self.init(x: Int(x), y: Int(y))
    }
}

/// The share that a source coordinate has in an output coordinate, along one axis.
private struct AreaCoverage {
    let source: Int
    let target: Int
    let weight: Float

    /// Ordered by output, then by source.
    static func table(on axis: ResamplingAxis, from source: Int, to target: Int) -> [AreaCoverage] {
        let scale = axis.scale
        var table: [AreaCoverage] = []
        for output in 0..<target {
            let begin = Double(output) * scale + axis.origin
            let end = begin + scale
            // A pixel may reach out of the source where that lies between pixels.
            let start = max(begin, 0)
            let cell = begin < 0 ? end : min(scale, Double(source) - start)
            let last = min(Int(end.rounded(.down)), source - 1)
            let first = min(Int(start.rounded(.up)), last)
            // Slivers below a thousandth are left out, as OpenCV does.
            if Double(first) - start > 1e-3 {
                let weight = Float((Double(first) - start) / cell)
                table.append(AreaCoverage(source: first - 1, target: output, weight: weight))
            }
            for whole in first..<last {
                table.append(AreaCoverage(source: whole, target: output, weight: Float(1 / cell)))
            }
            if end - Double(last) > 1e-3 {
                let weight = Float(min(min(end - Double(last), 1), cell) / cell)
                table.append(AreaCoverage(source: last, target: output, weight: weight))
            }
        }
        return table
    }
}

private func addBlocks(_ source: Span<UInt8>, factor: Int, to array: inout [Int32]) {
    var sums = array.mutableSpan
    let width = sums.count / 3
    precondition(factor > 0 && source.count >= 3 * width * factor)
    for x in 0..<width {
        for step in 0..<factor {
            let i = 3 * (x * factor + step)
            for channel in 0..<3 { sums[3 * x + channel] &+= Int32(source[i + channel]) }
        }
    }
}

private func addCoverage(_ source: Span<UInt8>, columns: Span<AreaCoverage>, to array: inout [Float]) {
    var sums = array.mutableSpan
    for k in 0..<columns.count {
        let column = columns[k]
        let (from, to) = (3 * column.source, 3 * column.target)
        for channel in 0..<3 { sums[to + channel] += Float(source[from + channel]) * column.weight }
    }
}

private func roundQuarters(_ sums: Span<Int32>, into array: inout [UInt8]) {
    let count = sums.count
    precondition(array.count == count)
    var line = array.mutableSpan
    for i in 0..<count { line[i] = UInt8(truncatingIfNeeded: (sums[i] &+ 2) >> 2) }
}

private func round(_ sums: Span<Int32>, times factor: Float, into array: inout [UInt8]) {
    let count = sums.count
    precondition(array.count == count)
    var line = array.mutableSpan
    for i in 0..<count { line[i] = roundedByte(Float(sums[i]) * factor) }
}

private func round(_ sums: Span<Float>, into array: inout [UInt8]) {
    let count = sums.count
    precondition(array.count == count)
    var line = array.mutableSpan
    for i in 0..<count { line[i] = roundedByte(sums[i]) }
}

private func add(_ row: Span<Float>, times weight: Float, to array: inout [Float]) {
    var sums = array.mutableSpan
    let count = row.count
    precondition(sums.count == count)
    for i in 0..<count { sums[i] += row[i] * weight }
}
