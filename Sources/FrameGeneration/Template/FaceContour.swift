/// Where a face ends in one template frame, from the landmarks: the line of the jaw, and the end of the nose.
package struct FaceContour: Sendable, Equatable {
    private static let jawPoints = 0..<33
    /// The bridge and the nostrils, in both layouts of 110 points that are in use.
    private static let nosePoints = 51..<60

    /// From one ear over the chin to the other, in pixels of the image.
    package let jaw: [SIMD2<Float>]
    /// The lowest row of the nose, in pixels of the image.
    package let noseBottom: Float

    package init(_ landmarks: Landmarks) {
        self.init(landmarks.points.map { SIMD2(Double($0.x), Double($0.y)) })
    }

    /// The same of smoothed points.
    init(_ points: [SIMD2<Double>]) {
        jaw = points[Self.jawPoints].map { SIMD2<Float>($0) }
        noseBottom = points[Self.nosePoints].map { Float($0.y) }.max() ?? 0
    }

    /// The lowest row of the jaw.
    package var chin: Float { jaw.map(\.y).max() ?? 0 }
}

/// How far points are inside of a jaw, which is open to the top.
struct JawDistance {
    private let points: [SIMD2<Float>]

    /// - Parameters:
    ///   - contour: in pixels of the image.
    ///   - rect: what distances are asked for in; the jaw is closed far above it.
    init(_ contour: FaceContour, in rect: PixelRect) {
        let jaw = contour.jaw.map { $0 - SIMD2(Float(rect.x), Float(rect.y)) }
        let top = Float(-2 * max(rect.width, rect.height))
        points = [SIMD2(jaw[0].x, top)] + jaw + [SIMD2(jaw[jaw.count - 1].x, top)]
    }

    /// Pixels from a point of the rectangle to the line, below 0 outside of it.
    func inside(_ point: SIMD2<Float>) -> Float {
        var nearest = Float.infinity
        var isInside = false
        var last = points[points.count - 1]
        for next in points {
            let (side, way) = (next - last, point - last)
            let length = max((side * side).sum(), .leastNormalMagnitude)
            let part = min(max((side * way).sum() / length, 0), 1)
            let gap = way - side * part
            nearest = min(nearest, (gap * gap).sum())
            if (last.y > point.y) != (next.y > point.y), point.x < last.x + side.x * way.y / side.y {
                isInside.toggle()
            }
            last = next
        }
        return isInside ? nearest.squareRoot() : -nearest.squareRoot()
    }
}
