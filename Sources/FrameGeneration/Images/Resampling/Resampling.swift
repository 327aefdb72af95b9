/// A way to resize an image, byte for byte OpenCV's.
public enum Resampling: String, Sendable, Codable, CaseIterable {
    /// Four taps along each axis.
    case bicubic
    /// Two taps along each axis.
    case bilinear
    /// The average of the source pixels that a pixel covers, when shrinking.
    case area
}

extension PixelImage {
    /// A copy of `size`, resized in the given way.
    ///
    /// - Precondition: Neither image has a side of 0.
    public func resized(to size: ImageSize, by resampling: Resampling) -> PixelImage {
        switch resampling {
        case .bicubic: resizedBicubic(to: size)
        case .bilinear: resizedBilinear(to: size)
        case .area: resizedArea(to: size)
        }
    }

    /// A copy of `size` of a part of the image, which is inside of it, resized in the given way.
    func resized(
        to size: ImageSize, by resampling: Resampling, columns: ResamplingAxis, rows: ResamplingAxis
    ) -> PixelImage {
        switch resampling {
        case .bicubic: resizedBicubic(to: size, columns: columns, rows: rows)
        case .bilinear: resizedBilinear(to: size, columns: columns, rows: rows)
        case .area: resizedArea(to: size, columns: columns, rows: rows)
        }
    }
}
