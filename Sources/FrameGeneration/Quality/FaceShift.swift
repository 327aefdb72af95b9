/// By how many pixels a face stands beside where the template has it, at the nose and the cheeks, which no speech moves.
package struct FaceShift: Sendable, Equatable {
    /// Pixels to the right and down.
    package let pixels: SIMD2<Double>

    /// Pixels between those whose difference is the slope.
    private static let reach = 2

    /// Looks for the shift that makes the template most like the frame, of those of about a pixel; nil where there is nothing
    /// to tell it from.
    ///
    /// - Parameters:
    ///   - frame: with the face.
    ///   - template: the same size without it.
    ///   - rect: the face box.
    ///   - contour: of the face.
    /// - Precondition: both have one size, and `rect` is inside.
    package init?(_ frame: PixelImage, over template: PixelImage, at rect: PixelRect, _ contour: FaceContour) {
        precondition(frame.size == template.size, "cannot compare \(frame.size) with \(template.size)")
        let reach = Self.reach
        let nose = min(max(Int(contour.noseBottom), rect.y), rect.y + rect.height)
        // Above, a seamless paste fades.
        let rows = max((rect.y + nose) / 2, reach)..<min(nose + rect.height / 20, frame.height - reach)
        let columns = max(rect.x + rect.width / 6, reach)..<min(rect.x + rect.width * 5 / 6, frame.width - reach)
        guard rows.lowerBound < rows.upperBound, columns.lowerBound < columns.upperBound else { return nil }
        // Least squares of: frame − template = light − slope · shift.
        var (xx, xy, yy, x, y, xd, yd, d) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for row in rows {
            for column in columns {
                let i = row * frame.bytesPerRow + column * PixelImage.channels + 1
                let (across, down) = (reach * PixelImage.channels, reach * frame.bytesPerRow)
                func slope(_ step: Int) -> Double {
                    Double(Int(template.pixels[i + step]) - Int(template.pixels[i - step])) / Double(2 * reach)
                }
                let (slopeX, slopeY) = (slope(across), slope(down))
                let difference = Double(Int(frame.pixels[i]) - Int(template.pixels[i]))
                xx += slopeX * slopeX
                xy += slopeX * slopeY
                yy += slopeY * slopeY
                x += slopeX
                y += slopeY
                xd += slopeX * difference
                yd += slopeY * difference
                d += difference
            }
        }
        let count = Double(rows.count * columns.count)
        (xx, xy, yy) = (xx - x * x / count, xy - x * y / count, yy - y * y / count)
        (xd, yd) = (xd - x * d / count, yd - y * d / count)
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-6 * xx * yy, xx > 0, yy > 0 else { return nil }
        pixels = -SIMD2(yy * xd - xy * yd, xx * yd - xy * xd) / determinant
    }

    /// Pixels by which the shift in the middle of three frames is beside the mean of those before and after: 0 for a face
    /// that goes with its head, or glides.
    package static func jitter(_ first: FaceShift, _ middle: FaceShift, _ last: FaceShift) -> Double {
        let gap = middle.pixels - (first.pixels + last.pixels) / 2
        return (gap * gap).sum().squareRoot()
    }
}
