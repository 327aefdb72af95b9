/// What the face of a template frame loses on its way to the network's square and back.
///
/// It depends on the template frame alone, and is kept with it.
package struct LostDetail: Sendable {
    package let size: ImageSize
    /// Levels by which each byte of the face differs from what came back.
    let levels: [Int8]
    /// What of `levels` is grain, and what a face may get of them that shows something else.
    ///
    /// More than grain has is an edge of the template, which must not be seen where it is no longer.
    let grain: [Int8]
    /// The network's square of the template, softened.
    let softSquare: PixelImage
    /// Pixels of the face that one of the square has become, rounded up.
    let step: Int

    /// Above this, what is no grain would be seen.
    private static let mostGrain: Float = 6

    /// - Parameters:
    ///   - own: the face box's pixels in the template.
    ///   - square: the same, resized to the network's square.
    ///   - returned: the same after the way to the square and back.
    package init(of own: PixelImage, square: PixelImage, returned: PixelImage) {
        precondition(own.size == returned.size, "cannot compare \(own.size) with \(returned.size)")
        size = own.size
        var levels = [Int8](repeating: 0, count: own.pixels.count)
        let (first, second) = (own.pixels.span, returned.pixels.span)
        var counts = [Int](repeating: 0, count: 129)
        for i in levels.indices {
            levels[i] = Int8(clamping: Int(first[i]) - Int(second[i]))
            counts[Int(levels[i].magnitude)] += 1
        }
        self.levels = levels
        var (median, count) = (0, counts[0])
        while count < levels.count / 2 {
            median += 1
            count += counts[median]
        }
        let mostOfGrain = min(2 * Float(median), Self.mostGrain).rounded()
        let byLevel = (Int(Int8.min)...Int(Int8.max)).map { level in
            let size = Float(level.magnitude)
            let grain = min(size, mostOfGrain, max((3 * mostOfGrain - size) / 2, 0))
            return Int8(level < 0 ? -grain : grain)
        }
        grain = levels.map { byLevel[Int($0) - Int(Int8.min)] }
        let (side, squareSide) = (max(own.width, own.height), max(square.width, square.height))
        step = max((side + squareSide - 1) / squareSide, 1)
        softSquare = square.softened()
    }
}
