extension PixelImage {
    /// This face with the sharpness that it lost between the network's square and its place in the frame.
    ///
    /// Where it shows what the template shows, it gets back what the template lost on the same way: true detail, and the
    /// template's own grain. Elsewhere, at a mouth that has moved, it gets the grain alone, and its edges are made steeper,
    /// by as much as the template lost there on the whole; nothing becomes lighter or darker than the pixels around it, and differences as small as
    /// grain stay what they are.
    ///
    /// - Parameters:
    ///   - square: what the network filled in, before it was resized to this.
    ///   - own: the same square of the template.
    ///   - detail: of the template.
    ///   - strength: the part of it that is given back, 0…1.
    /// - Returns: a face as large.
    package func sharpened(
        square: PixelImage, own: PixelImage, by detail: LostDetail, strength: Float
    ) -> PixelImage {
        precondition(size == detail.size, "cannot give detail of \(detail.size) to a face of \(size)")
        precondition(square.size == own.size, "cannot compare \(square.size) with \(own.size)")
        let agreement = FaceAgreement(of: square, with: own)
        var result = self
        var line = [Float](repeating: 1, count: width)
        for y in 0..<height {
            let isAll = agreement.fill(&line, row: y, of: height)
            addDetail(
                detail.levels.span.extracting(rowRange(y)), line.span, strength, grain: detail.grain,
                from: y * bytesPerRow, to: &result.pixels)
            let isInside = y >= detail.step && y < height - detail.step
            guard !isAll, isInside, detail.gain > 0 else { continue }
            let (down, start) = (detail.step * bytesPerRow, y * bytesPerRow)
            steepen(
                pixels.span.extracting(start - down..<start - down + bytesPerRow), pixels.span.extracting(rowRange(y)),
                pixels.span.extracting(start + down..<start + down + bytesPerRow), line.span, step: detail.step,
                gain: detail.gain * strength, from: start, to: &result.pixels)
        }
        return result
    }
}

private func addDetail(
    _ levels: Span<Int8>, _ agreement: Span<Float>, _ strength: Float, grain: Float, from start: Int,
    to array: inout PageArray<UInt8>
) {
    precondition(levels.count == 3 * agreement.count && start >= 0 && start + levels.count <= array.count)
    var pixels = array.mutableSpan
    for x in 0..<agreement.count {
        let part = agreement[x]
        let lost = levels.extracting(3 &* x..<3 &* x &+ 3)
        for channel in 0..<3 {
            let i = start &+ 3 &* x &+ channel
            let level = Float(lost[channel])
            let bounded = min(max(level, -grain), grain)
            pixels[i] = roundedByte(Float(pixels[i]) + strength * (bounded + part * (level - bounded)))
        }
    }
}

/// Levels by which a pixel may stand out of those around it and count as grain.
private let faintest: Float = 2

private func steepen(
    _ above: Span<UInt8>, _ row: Span<UInt8>, _ below: Span<UInt8>, _ agreement: Span<Float>, step: Int, gain: Float,
    from start: Int, to array: inout PageArray<UInt8>
) {
    let count = row.count
    precondition(above.count == count && below.count == count && count == 3 * agreement.count)
    precondition(step > 0 && start >= 0 && start + count <= array.count)
    guard agreement.count > 2 * step else { return }
    var pixels = array.mutableSpan
    for x in step..<agreement.count - step where agreement[x] < 1 {
        let part = (1 - agreement[x]) * gain
        for channel in 0..<3 {
            let i = 3 &* x &+ channel
            let own = Float(row[i])
            let (left, right) = (Float(row[i &- 3 &* step]), Float(row[i &+ 3 &* step]))
            let (top, bottom) = (Float(above[i]), Float(below[i]))
            let detail = own - (left + right + top + bottom) * 0.25
            let edge = max(abs(detail) - faintest, 0) * (detail < 0 ? -1 : 1)
            let least = min(min(left, right), min(top, bottom))
            let most = max(max(left, right), max(top, bottom))
            let steep = min(max(own + part * edge, min(least, own)), max(most, own))
            pixels[start &+ i] = roundedByte(Float(pixels[start &+ i]) + steep - own)
        }
    }
}
