/// What the face of a template frame loses on its way to the network's square and back.
///
/// It depends on the template frame alone, and is kept with it.
package struct LostDetail: Sendable {
    package let size: ImageSize
    /// Levels by which each byte of the face differs from what came back.
    let levels: [Int8]
    /// Levels that the grain has in `levels`, at most: what a face may get of them that shows something else.
    let grain: Float
    /// How much of its own detail a face needs more, where it shows something else than the template: with it, the
    /// template that came back would be about as sharp as it was.
    let gain: Float
    /// Pixels of the face that one of the square has become.
    let step: Int

    /// Above this, edges look drawn.
    private static let mostGain: Float = 1
    /// Above this, what is no grain would be seen.
    private static let mostGrain: Float = 6

    /// - Parameters:
    ///   - own: the face box's pixels in the template.
    ///   - returned: the same after the way to the square and back.
    ///   - cropSide: of the square.
    package init(of own: PixelImage, returned: PixelImage, cropSide: Int) {
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
        grain = min(2 * Float(median), Self.mostGrain)
        step = max(Int((Float(max(own.width, own.height)) / Float(cropSide)).rounded()), 1)
        let (sharp, soft) = (own.detailEnergy(step: step), returned.detailEnergy(step: step))
        gain = soft > 0 ? min(max((sharp / soft).squareRoot() - 1, 0), Self.mostGain) : 0
    }
}

extension PixelImage {
    /// The mean square of what stands out of the four pixels `step` away, in green.
    fileprivate func detailEnergy(step: Int) -> Float {
        guard width > 2 * step, height > 2 * step else { return 0 }
        let values = pixels.span
        let (across, down) = (step * Self.channels, step * bytesPerRow)
        var sum = 0
        for y in step..<height - step {
            for x in step..<width - step {
                let i = y * bytesPerRow + x * Self.channels + 1
                let around =
                    Int(values[i - across]) + Int(values[i + across]) + Int(values[i - down]) + Int(values[i + down])
                let detail = 4 * Int(values[i]) - around
                sum += detail * detail
            }
        }
        return Float(sum) / Float(16 * (width - 2 * step) * (height - 2 * step))
    }
}
