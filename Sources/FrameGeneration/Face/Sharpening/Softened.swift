extension PixelImage {
    /// This image without what is finer than some pixels.
    ///
    /// A pixel is the mean of seven in each direction, which count 1, 2, 3, 4, 3, 2 and 1 sixteenths. Beyond its edges an
    /// image goes on as it ends.
    package func softened() -> PixelImage {
        var across = self
        var padded = [Int16](repeating: 0, count: bytesPerRow + 6 * Self.channels)
        for y in 0..<height {
            pad(pixels.span.extracting(rowRange(y)), to: &padded)
            let row = padded.span
            soften(
                (0..<7).map { $0 * Self.channels }, in: row, from: y * bytesPerRow, count: bytesPerRow,
                to: &across.pixels)
        }
        var result = across
        var rows = [Int16](repeating: 0, count: 7 * bytesPerRow)
        for y in 0..<height {
            for place in 0..<7 {
                let near = min(max(y + place - 3, 0), height - 1)
                copy(across.pixels.span.extracting(rowRange(near)), to: &rows, from: place * bytesPerRow)
            }
            soften(
                (0..<7).map { $0 * bytesPerRow }, in: rows.span, from: y * bytesPerRow, count: bytesPerRow,
                to: &result.pixels)
        }
        return result
    }
}

/// Copies a row of pixels with three more of its first one before it and of its last one after it.
private func pad(_ row: Span<UInt8>, to padded: inout [Int16]) {
    let channels = PixelImage.channels
    precondition(padded.count == row.count + 6 * channels)
    copy(row, to: &padded, from: 3 * channels)
    for place in 0..<3 {
        for channel in 0..<channels {
            padded[place * channels + channel] = Int16(row[channel])
            padded[row.count + (3 + place) * channels + channel] = Int16(row[row.count - channels + channel])
        }
    }
}

private func copy(_ row: Span<UInt8>, to values: inout [Int16], from start: Int) {
    precondition(start >= 0 && start + row.count <= values.count)
    var target = values.mutableSpan
    for i in 0..<row.count { target[start &+ i] = Int16(row[i]) }
}

/// Weighs seven values, which lie at `places` from the first one on.
private func soften(
    _ places: [Int], in values: Span<Int16>, from start: Int, count: Int, to array: inout PageArray<UInt8>
) {
    precondition(start >= 0 && start + count <= array.count)
    let parts = (
        values.extracting(places[0]..<places[0] + count), values.extracting(places[1]..<places[1] + count),
        values.extracting(places[2]..<places[2] + count), values.extracting(places[3]..<places[3] + count),
        values.extracting(places[4]..<places[4] + count), values.extracting(places[5]..<places[5] + count),
        values.extracting(places[6]..<places[6] + count)
    )
    var pixels = array.mutableSpan
    for i in 0..<count {
        let ends = parts.0[i] &+ parts.6[i] &+ 2 &* (parts.1[i] &+ parts.5[i])
        let sum = ends &+ 3 &* (parts.2[i] &+ parts.4[i]) &+ 4 &* parts.3[i]
        pixels[start &+ i] = UInt8(truncatingIfNeeded: (sum &+ 8) &>> 4)
    }
}
