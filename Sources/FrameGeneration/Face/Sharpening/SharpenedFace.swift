extension PixelImage {
    /// The face that this square of a network becomes in its frame, with the sharpness that the network, and the way through
    /// the square, took from it.
    ///
    /// Where it shows what the template shows, it gets the template's detail: that which the network did not paint, and that
    /// which the template lost on the same way. Elsewhere, at a mouth that has moved, it gets the template's grain alone,
    /// and its edges are made as steep as the template's; nothing becomes lighter or darker than the pixels around it, and
    /// differences as small as grain stay what they are.
    ///
    /// - Parameters:
    ///   - own: the same square of the template.
    ///   - detail: of the template.
    ///   - template: the frame's image.
    ///   - rect: the face's place in it.
    ///   - ring: pixels around the square that the network does not fill in.
    ///   - strength: the part of it that is given back, 0…1.
    ///   - resizedBack: resizes the square to its place.
    /// - Returns: a face as large as `rect`.
    package func sharpenedFace(
        own: PixelImage, by detail: LostDetail, in template: PixelImage, at rect: PixelRect, ring: Int,
        strength: Float, resizedBack: (PixelImage) -> PixelImage
    ) -> PixelImage {
        precondition(rect.size == detail.size, "cannot give detail of \(detail.size) to a face of \(rect.size)")
        precondition(size == own.size, "cannot compare \(size) with \(own.size)")
        let soft = softened()
        let agreement = FaceAgreement(of: soft, with: detail.softSquare)
        let square = withFineDetail(
            of: own, soft: (soft, detail.softSquare), agreement, ring: ring, strength: strength)
        let face = resizedBack(square)
        let gain = EdgeGain(for: face, in: template, at: rect, agreement, step: detail.step)
        return face.sharpened(by: detail, agreement, gain: gain.value, strength: strength)
    }

    private func sharpened(
        by detail: LostDetail, _ agreement: FaceAgreement, gain: Float, strength: Float
    ) -> PixelImage {
        var lines = agreement.lines(for: size)
        let part = fixed(strength)
        var result = self
        for y in 0..<height {
            let levels = detail.levels.span.extracting(rowRange(y))
            guard lines.move(to: y) else {
                addAllDetail(levels, part, from: y * bytesPerRow, to: &result.pixels)
                continue
            }
            addDetail(
                levels, grain: detail.grain.span.extracting(rowRange(y)), lines.line.span, part, from: y * bytesPerRow,
                to: &result.pixels)
            let isInside = y >= detail.step && y < height - detail.step
            guard isInside, gain > 0 else { continue }
            let (down, start) = (detail.step * bytesPerRow, y * bytesPerRow)
            steepen(
                pixels.span.extracting(start - down..<start - down + bytesPerRow), pixels.span.extracting(rowRange(y)),
                pixels.span.extracting(start + down..<start + down + bytesPerRow), lines.line.span,
                reach: PixelImage.channels * detail.step, gain: fixed(gain * strength), from: start, to: &result.pixels)
        }
        return result
    }
}

/// A part of 1, or some times 1, in 256ths.
///
/// With 16 bits a value eight are done at once, on every processor.
func fixed(_ part: Float) -> Int16 { Int16((part * Float(FaceAgreement.whole)).rounded()) }

private func addAllDetail(_ levels: Span<Int8>, _ part: Int16, from start: Int, to array: inout PageArray<UInt8>) {
    precondition(start >= 0 && start + levels.count <= array.count)
    var pixels = array.mutableSpan
    for i in 0..<levels.count {
        let given = (Int16(levels[i]) &* part &+ 128) &>> 8
        pixels[start &+ i] = clampedByte(Int16(pixels[start &+ i]) &+ given)
    }
}

private func addDetail(
    _ levels: Span<Int8>, grain: Span<Int8>, _ agreement: Span<Int16>, _ part: Int16, from start: Int,
    to array: inout PageArray<UInt8>
) {
    let count = levels.count
    precondition(agreement.count == count && grain.count == count && start >= 0 && start + count <= array.count)
    var pixels = array.mutableSpan
    for i in 0..<count {
        let level = Int16(levels[i])
        let bounded = Int16(grain[i])
        // Both together are a level's part, so that 16 bits hold it.
        let given = (bounded &* FaceAgreement.whole &+ (level &- bounded) &* agreement[i] &+ 128) &>> 8
        pixels[start &+ i] = clampedByte(Int16(pixels[start &+ i]) &+ ((given &* part &+ 128) &>> 8))
    }
}

/// Levels by which a pixel may stand out of those around it and count as grain, four times.
private let faintest: Int16 = 8

/// Makes the edges of a row steeper, by what it has beside it at `reach` values and in two other rows.
func steepen(
    _ above: Span<UInt8>, _ row: Span<UInt8>, _ below: Span<UInt8>, _ agreement: Span<Int16>, reach: Int, gain: Int16,
    from start: Int, to array: inout PageArray<UInt8>
) {
    precondition(above.count == row.count && below.count == row.count && agreement.count == row.count)
    guard reach > 0, row.count > 2 * reach else { return }
    // Of parts that are equally long, no value needs a check of its own.
    let inner = reach..<row.count - reach
    let (lefts, rights) = (row.extracting(0..<row.count - 2 * reach), row.extracting(2 * reach..<row.count))
    let (owns, tops, bottoms) = (row.extracting(inner), above.extracting(inner), below.extracting(inner))
    let agreements = agreement.extracting(inner)
    let (first, count) = (start + reach, inner.count)
    precondition(lefts.count == count && rights.count == count && owns.count == count)
    precondition(tops.count == count && bottoms.count == count && agreements.count == count)
    precondition(first >= 0 && first + count <= array.count)
    var pixels = array.mutableSpan
    for i in 0..<count {
        let own = Int16(owns[i])
        let (left, right) = (Int16(lefts[i]), Int16(rights[i]))
        let (top, bottom) = (Int16(tops[i]), Int16(bottoms[i]))
        let detail = 4 &* own &- (left &+ right &+ top &+ bottom)
        let low = detail > -faintest ? detail : -faintest
        let edge = detail &- (low < faintest ? low : faintest)
        let part = (Int32(FaceAgreement.whole &- agreements[i]) &* Int32(gain)) &>> 8
        let steep = own &+ Int16(truncatingIfNeeded: (Int32(edge) &* part &+ 512) &>> 10)
        let (leastAcross, leastDown) = (left < right ? left : right, top < bottom ? top : bottom)
        let (mostAcross, mostDown) = (left > right ? left : right, top > bottom ? top : bottom)
        let least = leastAcross < leastDown ? leastAcross : leastDown
        let most = mostAcross > mostDown ? mostAcross : mostDown
        let (lowest, highest) = (least < own ? least : own, most > own ? most : own)
        let raised = steep > lowest ? steep : lowest
        let bounded = raised < highest ? raised : highest
        pixels[first &+ i] = clampedByte(Int16(pixels[first &+ i]) &+ bounded &- own)
    }
}

@inline(__always)
func clampedByte(_ value: Int16) -> UInt8 {
    let positive = value > 0 ? value : 0
    return UInt8(truncatingIfNeeded: positive < 255 ? positive : 255)
}
