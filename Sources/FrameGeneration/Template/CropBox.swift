/// The square around the face that the network sees, from the landmarks (Documentation/model-family/frames.md,
/// "One frame", 2).
package enum CropBox {
    /// Under this many pixels on a side nothing can be seen of a face.
    package static let smallestSide = 8

    private static let leftJaw = 1
    private static let rightJaw = 31
    private static let noseBridge = 52

    /// The box as the landmarks say it: it may reach out of the image, and its sides are not above 0 where the jaw's
    /// points are in the wrong order.
    package static func box(of landmarks: Landmarks) -> PixelRect {
        let left = landmarks.points[leftJaw].x
        let side = landmarks.points[rightJaw].x - left
        return PixelRect(x: left, y: landmarks.points[noseBridge].y, width: side, height: side)
    }

    /// The same between pixels, of smoothed points.
    package static func box(of points: [SIMD2<Double>]) -> FaceBox {
        let left = points[leftJaw].x
        let side = points[rightJaw].x - left
        return FaceBox(x: left, y: points[noseBridge].y, width: side, height: side)
    }

    /// The box, clipped to the image on every side.
    ///
    /// The original clips at the right and bottom edge and crashes at the other two; here all four are treated alike. An
    /// error, with `.invalidData` and naming the landmark file `path`, when the box is inverted or almost nothing of
    /// it is in the image.
    static func rect(of landmarks: Landmarks, in size: ImageSize, path: String) throws(FramegenError) -> PixelRect {
        let box = box(of: landmarks)
        let (left, top) = (box.x, box.y)
        let (right, bottom) = (left + box.width, top + box.height)
        guard right > left else {
            throw FramegenError(
                .invalidData,
                "\(path): point \(leftJaw) has x = \(left) and point \(rightJaw) x = \(right), expected left before right"
            )
        }
        let visible = visible(box, in: size)
        guard visible.width >= smallestSide, visible.height >= smallestSide else {
            throw FramegenError(
                .invalidData,
                "\(path): of the face box (columns \(left)..<\(right), rows \(top)..<\(bottom)) only "
                    + "\(visible.size) pixels are in the \(size) image, expected at least "
                    + "\(smallestSide)×\(smallestSide)")
        }
        return visible
    }

    /// What of the box is in the image: of size 0 where nothing is.
    package static func visible(_ box: PixelRect, in size: ImageSize) -> PixelRect {
        let (x, y) = (max(box.x, 0), max(box.y, 0))
        let (right, bottom) = (min(box.x + box.width, size.width), min(box.y + box.height, size.height))
        return PixelRect(x: x, y: y, width: max(right - x, 0), height: max(bottom - y, 0))
    }
}
