/// The rectangle around the mouth in one template frame, from the landmarks.
package enum MouthBox {
    private static let nose = 51..<66
    /// Where the mouth is looked for.
    ///
    /// Two layouts of 110 points are in use: one has the mouth at 90–109, after the eyes, the other at 76–95, before the
    /// pupils and the forehead. In both, the mouth is what lies below the nose from here on.
    private static let candidates = 76..<110
    private static let mouth = 90..<110
    /// Room for a mouth that opens wider than the template's does, as a part of the longer side.
    private static let margin = 4

    /// The bounds of the mouth's points, widened on every side by a quarter of the longer side, and to a window of the
    /// structural similarity at least, inside the image.
    ///
    /// Nil when no point of the mouth's bounds is in the image.
    package static func rect(of landmarks: Landmarks, in size: ImageSize) -> PixelRect? {
        let noseBottom = landmarks.points[nose].map(\.y).max() ?? 0
        let below = landmarks.points[candidates].filter { $0.y > noseBottom }
        let mouth = below.isEmpty ? Array(landmarks.points[Self.mouth]) : below
        guard let left = mouth.map(\.x).min(), let right = mouth.map(\.x).max(), let top = mouth.map(\.y).min(),
            let bottom = mouth.map(\.y).max(), left < size.width, right >= 0, top < size.height, bottom >= 0
        else { return nil }
        let border = (max(right - left, bottom - top) + margin - 1) / margin
        let columns = range(left - border, right + border + 1, within: size.width)
        let rows = range(top - border, bottom + border + 1, within: size.height)
        return PixelRect(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    /// The part of `start..<end` that lies in `0..<limit`, made longer where that is shorter than a window.
    private static func range(_ start: Int, _ end: Int, within limit: Int) -> Range<Int> {
        let start = max(start, 0)
        let end = min(end, limit)
        let missing = max(0, StructuralSimilarity.window - (end - start))
        let widened = max(0, min(start - missing / 2, limit - StructuralSimilarity.window))
        return missing == 0 ? start..<end : widened..<min(widened + StructuralSimilarity.window, limit)
    }
}
