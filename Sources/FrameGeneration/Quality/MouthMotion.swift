/// What a frame shows at the mouth that its template's image does not.
package struct MouthResidual: Sendable {
    private let values: [Int16]
    private let size: ImageSize

    /// - Parameters:
    ///   - frame: with the face.
    ///   - template: the same size without it.
    ///   - rect: the mouth.
    /// - Precondition: both have one size, and `rect` is inside.
    package init(_ frame: PixelImage, over template: PixelImage, at rect: PixelRect) {
        precondition(frame.size == template.size, "cannot compare \(frame.size) with \(template.size)")
        let (own, usual) = (frame.cropped(to: rect), template.cropped(to: rect))
        values = zip(own.pixels, usual.pixels).map { Int16($0) - Int16($1) }
        size = rect.size
    }

    /// Levels by which the mouth has moved on since `other`, beyond what the template's has: the mean absolute difference
    /// where both rectangles, laid on each other, have pixels.
    package func motion(since other: MouthResidual) -> Double {
        let (width, height) = (min(size.width, other.size.width), min(size.height, other.size.height))
        var sum = 0
        for y in 0..<height {
            let (start, otherStart) = (y * size.width * 3, y * other.size.width * 3)
            for i in 0..<width * 3 { sum += abs(Int(values[start + i]) - Int(other.values[otherStart + i])) }
        }
        return Double(sum) / Double(max(width * height * 3, 1))
    }
}
