import Foundation

/// Landmarks without their trembling: smoothed over the template's images, so that the face box and the jaw move as a
/// head does.
///
/// Each point becomes a mean over the images before and after it, in equal measure, so that nothing lags behind. At the
/// ends the walk turns around, and so does the mean: what comes after the last image is the one before it. Where the box
/// jumps from one image to the next, the template was cut, and each part is smoothed by itself.
package enum SteadyLandmarks {
    /// Images by which the mean is spread, a Gaussian's standard deviation.
    ///
    /// At 25 images a second that is 80 ms: of what trembles from image to image nothing is left, of a nod a second nine
    /// tenths.
    private static let spread = 2.0
    private static let reach = 6
    /// Of a box's side, by which a head does not move from one image to the next.
    private static let jump = 0.125

    /// The points of each image, smoothed.
    ///
    /// - Parameter landmarks: of all images in their order.
    /// - Returns: as many points for each.
    package static func points(_ landmarks: [Landmarks]) -> [[SIMD2<Double>]] {
        let weights = (-reach...reach).map { exp(-Double($0 * $0) / (2 * spread * spread)) }
        let total = weights.reduce(0, +)
        var smoothed: [[SIMD2<Double>]] = []
        for part in parts(landmarks) {
            for index in part {
                var points = [SIMD2<Double>](repeating: .zero, count: Landmarks.pointCount)
                for (step, weight) in zip(-reach...reach, weights) {
                    let source = landmarks[reflected(index + step, in: part)].points
                    for i in points.indices {
                        points[i] += SIMD2(Double(source[i].x), Double(source[i].y)) * (weight / total)
                    }
                }
                smoothed.append(points)
            }
        }
        return smoothed
    }

    /// Images between which the box does not jump.
    private static func parts(_ landmarks: [Landmarks]) -> [Range<Int>] {
        let boxes = landmarks.map { FaceBox(CropBox.box(of: $0)) }
        var parts: [Range<Int>] = []
        var start = 0
        for index in boxes.indices.dropFirst() {
            let (box, last) = (boxes[index], boxes[index - 1])
            let limit = jump * max(min(box.width, last.width), 0)
            let gaps = [box.x - last.x, box.y - last.y, box.width - last.width]
            guard gaps.contains(where: { abs($0) > limit }) else { continue }
            parts.append(start..<index)
            start = index
        }
        return parts + (start < boxes.count ? [start..<boxes.count] : [])
    }

    /// Where a walk that turns around at the ends of `part` is when it goes on to `index`.
    private static func reflected(_ index: Int, in part: Range<Int>) -> Int {
        let round = max(2 * (part.count - 1), 1)
        let phase = ((index - part.lowerBound) % round + round) % round
        return part.lowerBound + (phase < part.count ? phase : round - phase)
    }
}
