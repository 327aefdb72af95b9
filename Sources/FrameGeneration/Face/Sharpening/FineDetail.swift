/// The part of the template's fine detail that a network must lack to be given all of it.
private let clearlySofter: Float = 0.15

extension PixelImage {
    /// This square of a network with the template's fine detail in place of its own, where it shows what the template shows.
    ///
    /// A network paints cheeks and noses softer than they are. Fine is what softening takes away. How much of it is given
    /// is told by how much of the template's the network has painted itself: one that paints as sharp as the template is
    /// left alone.
    ///
    /// - Parameters:
    ///   - own: the same square of the template.
    ///   - soft: this one and the template's, softened.
    ///   - agreement: where both show the same.
    ///   - ring: pixels around the square that the network does not fill in.
    ///   - strength: the part of it that is given, 0…1.
    /// - Returns: a square as large.
    func withFineDetail(
        of own: PixelImage, soft: (face: PixelImage, own: PixelImage), _ agreement: FaceAgreement, ring: Int,
        strength: Float
    ) -> PixelImage {
        let painted = paintedShare(of: own, soft, agreement, ring: ring)
        let part = fixed(strength * min(max((1 - painted) / clearlySofter, 0), 1))
        guard part > 0 else { return self }
        var lines = agreement.lines(for: size)
        var result = self
        for y in ring..<height - ring {
            lines.fill(y)
            let row = filledIn(y, ring)
            giveDetail(
                of: own.pixels.span.extracting(row), soft: soft.own.pixels.span.extracting(row),
                insteadOf: soft.face.pixels.span.extracting(row), lines.line.span.extracting(filledIn(0, ring)), part,
                from: row.lowerBound, to: &result.pixels)
        }
        return result
    }

    /// How much of the template's fine detail in green the network has painted, at the same places: about 1 when it is as
    /// sharp.
    private func paintedShare(
        of own: PixelImage, _ soft: (face: PixelImage, own: PixelImage), _ agreement: FaceAgreement, ring: Int
    ) -> Float {
        var lines = agreement.lines(for: size)
        var (painted, all) = (0, 0)
        for y in ring..<height - ring {
            lines.fill(y)
            let row = filledIn(y, ring)
            let sums = products(
                of: own.pixels.span.extracting(row), soft: soft.own.pixels.span.extracting(row),
                and: pixels.span.extracting(row), soft: soft.face.pixels.span.extracting(row),
                lines.line.span.extracting(filledIn(0, ring)))
            painted += sums.both
            all += sums.own
        }
        return all > 0 ? Float(painted) / Float(all) : 1
    }

    /// The bytes of row `y` that the network fills in.
    private func filledIn(_ y: Int, _ ring: Int) -> Range<Int> {
        rowRange(y).lowerBound + ring * Self.channels..<rowRange(y).upperBound - ring * Self.channels
    }
}

/// Adds up the products of two rows' fine detail in green, and the squares of the first one's, as far as they agree.
private func products(
    of own: Span<UInt8>, soft ownSoft: Span<UInt8>, and face: Span<UInt8>, soft faceSoft: Span<UInt8>,
    _ agreement: Span<Int16>
) -> (both: Int, own: Int) {
    let width = own.count / 3
    precondition(ownSoft.count == own.count && face.count == own.count && faceSoft.count == own.count)
    precondition(agreement.count == own.count)
    var (both, square) = (0, 0)
    for x in 0..<width {
        let i = 3 &* x &+ 1
        let first = Int(own[i]) &- Int(ownSoft[i])
        let second = Int(face[i]) &- Int(faceSoft[i])
        let share = Int(agreement[i])
        both &+= share &* first &* second
        square &+= share &* first &* first
    }
    return (both, square)
}

private func giveDetail(
    of own: Span<UInt8>, soft ownSoft: Span<UInt8>, insteadOf faceSoft: Span<UInt8>, _ agreement: Span<Int16>,
    _ part: Int16, from start: Int, to array: inout PageArray<UInt8>
) {
    let count = own.count
    precondition(ownSoft.count == count && faceSoft.count == count && agreement.count == count)
    precondition(start >= 0 && start + count <= array.count)
    var pixels = array.mutableSpan
    for i in 0..<count {
        let face = Int32(pixels[start &+ i])
        let missing = Int32(own[i]) &- Int32(ownSoft[i]) &- (face &- Int32(faceSoft[i]))
        let share = (Int32(agreement[i]) &* Int32(part)) &>> 8
        pixels[start &+ i] = clampedByte(Int16(truncatingIfNeeded: face &+ (missing &* share &+ 128) &>> 8))
    }
}
