extension PixelImage {
    /// The absolute difference of every byte from `other`'s, times `gain`, at most 255: black where both are equal.
    ///
    /// - Precondition: both have one size and `gain` is 0 to 255.
    public func difference(from other: PixelImage, gain: Int) -> PixelImage {
        precondition(size == other.size, "cannot compare \(size) with \(other.size)")
        precondition((0...255).contains(gain), "gain \(gain)")
        let (first, second) = (pixels.span, other.pixels.span)
        var result = PixelImage(width: width, height: height)
        var target = result.pixels.mutableSpan
        for i in 0..<first.count {
            target[i] = UInt8(clamping: abs(Int(first[i]) - Int(second[i])) * gain)
        }
        return result
    }
}
