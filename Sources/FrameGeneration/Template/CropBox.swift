/// The square around the face that the network sees, from the landmarks (spec: frames, "One frame", 2).
enum CropBox {
    /// Under this many pixels on a side nothing can be seen of a face.
    static let smallestSide = 8

    private static let leftJaw = 1
    private static let rightJaw = 31
    private static let noseBridge = 52

    /// The box, clipped to the image on every side.
    ///
    /// The original clips at the right and bottom edge and crashes at the other two; here all four are treated alike. An
    /// error, with `.invalidData` and naming the landmark file `path`, when the box is inverted or almost nothing of
    /// it is in the image.
    static func rect(of landmarks: Landmarks, in size: ImageSize, path: String) throws(FramegenError) -> PixelRect {
        let left = landmarks.points[leftJaw].x
        let right = landmarks.points[rightJaw].x
        let top = landmarks.points[noseBridge].y
        guard right > left else {
            throw FramegenError(
                .invalidData,
                "\(path): point \(leftJaw) has x = \(left) and point \(rightJaw) x = \(right), expected left before right"
            )
        }
        let bottom = top + (right - left)
        let (x, y) = (max(left, 0), max(top, 0))
        let (width, height) = (min(right, size.width) - x, min(bottom, size.height) - y)
        guard width >= smallestSide, height >= smallestSide else {
            throw FramegenError(
                .invalidData,
                "\(path): of the face box (columns \(left)..<\(right), rows \(top)..<\(bottom)) only "
                    + "\(max(width, 0))×\(max(height, 0)) pixels are in the \(size) image, expected at least "
                    + "\(smallestSide)×\(smallestSide)")
        }
        return PixelRect(x: x, y: y, width: width, height: height)
    }
}
