/// Where a face box is in an image, between pixels: `x` and `y` are its left and upper edge, 0 those of the image.
package struct FaceBox: Sendable, Hashable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The box of whole pixels.
    package init(_ rect: PixelRect) {
        self.init(x: Double(rect.x), y: Double(rect.y), width: Double(rect.width), height: Double(rect.height))
    }

    /// What of it is in an image.
    package func clipped(to size: ImageSize) -> FaceBox {
        let (left, top) = (max(x, 0), max(y, 0))
        let (right, bottom) = (min(x + width, Double(size.width)), min(y + height, Double(size.height)))
        return FaceBox(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The pixels whose middles are inside.
    package var pixels: PixelRect {
        func first(_ edge: Double) -> Int { Int((edge - 0.5).rounded(.up)) }
        let (left, top) = (first(x), first(y))
        return PixelRect(x: left, y: top, width: first(x + width) - left, height: first(y + height) - top)
    }
}

extension PixelImage {
    /// What is in a box, resized.
    ///
    /// - Precondition: the box is in the image and not empty.
    package func resized(from box: FaceBox, to size: ImageSize, by resampling: Resampling) -> PixelImage {
        // Filters look a little beyond the box, where there is more of the image: what they see there is nearer to the
        // truth than a repeated edge.
        let (left, top) = (max(Int(box.x) - 2, 0), max(Int(box.y) - 2, 0))
        let right = min(Int((box.x + box.width).rounded(.up)) + 2, width)
        let bottom = min(Int((box.y + box.height).rounded(.up)) + 2, height)
        let near = cropped(to: PixelRect(x: left, y: top, width: right - left, height: bottom - top))
        return near.resized(
            to: size, by: resampling,
            columns: ResamplingAxis(scale: box.width / Double(size.width), origin: box.x - Double(left)),
            rows: ResamplingAxis(scale: box.height / Double(size.height), origin: box.y - Double(top)))
    }

    /// This square, resized back to where it was cut from.
    ///
    /// - Returns: an image of the box's pixels.
    package func resized(into box: FaceBox, by resampling: Resampling) -> PixelImage {
        let rect = box.pixels
        let (across, down) = (Double(width) / box.width, Double(height) / box.height)
        return resized(
            to: rect.size, by: resampling,
            columns: ResamplingAxis(scale: across, origin: (Double(rect.x) - box.x) * across),
            rows: ResamplingAxis(scale: down, origin: (Double(rect.y) - box.y) * down))
    }
}
