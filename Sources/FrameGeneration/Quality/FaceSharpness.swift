/// How sharp a face is in its frame against the template at the same place, which is what surrounds it.
package enum FaceSharpness {
    /// The energy of the Laplacian in green, of the frame over the template, where the frame is the network's alone and not
    /// at the mouth.
    ///
    /// - Parameters:
    ///   - frame: with the face.
    ///   - template: the same size without it.
    ///   - mask: how much of each pixel a seamless paste takes from the network.
    ///   - rect: the face box, as large as the mask.
    ///   - mouth: is left out.
    /// - Returns: 1 where the face is as sharp as the template, 0 where it has no detail; nil where there is no such place,
    ///   or nothing to see there.
    /// - Precondition: the images have one size, and `rect` is inside.
    package static func ratio(
        _ frame: PixelImage, over template: PixelImage, _ mask: PasteMask, at rect: PixelRect, mouth: PixelRect
    ) -> Double? {
        precondition(frame.size == template.size, "cannot compare \(frame.size) with \(template.size)")
        precondition(mask.size == rect.size, "a mask of \(mask.size) is not that of \(rect)")
        var (own, usual) = (0, 0)
        let (columns, rows) = (mouth.x..<mouth.x + mouth.width, mouth.y..<mouth.y + mouth.height)
        for row in 0..<rect.height where rect.y + row > 0 && rect.y + row < frame.height - 1 {
            for column in mask.columns[row] where mask.shares[row * rect.width + column] == 255 {
                let (x, y) = (rect.x + column, rect.y + row)
                guard x > 0, x < frame.width - 1, !(columns.contains(x) && rows.contains(y)) else { continue }
                let (first, second) = (frame.laplacian(x, y), template.laplacian(x, y))
                own += first * first
                usual += second * second
            }
        }
        return usual > 0 ? Double(own) / Double(usual) : nil
    }
}

extension PixelImage {
    /// Four times a pixel less the four around it, in green; it must be inside by a pixel.
    package func laplacian(_ x: Int, _ y: Int) -> Int {
        let i = y * bytesPerRow + x * Self.channels + 1
        let beside = Int(pixels[i - Self.channels]) + Int(pixels[i + Self.channels])
        return 4 * Int(pixels[i]) - beside - Int(pixels[i - bytesPerRow]) - Int(pixels[i + bytesPerRow])
    }
}
