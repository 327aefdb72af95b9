/// How much of each pixel of a face box is the network's where the face fades into its template frame.
///
/// It fades along the jaw, as far outside of it as a mouth that opens moves it, and before the border of what the network
/// filled in, whichever comes first. It depends on the template frame alone.
package struct PasteMask: Sendable {
    /// 0 keeps the template's pixel, 255 takes the network's; rows of the box, without padding.
    package let shares: [UInt8]
    /// The same where face and frame show different things, such as a collar that the network has moved: both would be seen
    /// side by side where they fade, so that less is the network's, and below the chin it ends earlier.
    let unlikeShares: [UInt8]
    /// Of each row the columns outside of which all shares are 0.
    package let columns: [Range<Int>]
    package let size: ImageSize

    // Parts of the box's side, from the demo: with them all that moves with its mouth is inside, and its hair is outside.
    private static let fade: Float = 0.07
    private static let reachBesideJaw: Float = 0.05
    private static let reachBelowChin: Float = 0.14
    /// How much earlier than the middle of the fading the face ends below the chin where it is unlike the frame.
    private static let retreatBelowChin: Float = 0.04
    /// How far from labels the face fades, so that they show no edge.
    private static let fadeAtLabels: Float = 0.015
    /// Pixels between points whose distance to the jaw is computed; between them it is nearly linear.
    private static let step = 4

    /// - Parameters:
    ///   - contour: of the face, in pixels of the image.
    ///   - rect: the face box.
    ///   - box: the same between pixels; nil where it is of whole ones.
    ///   - recipe: says what of the box the network filled in.
    ///   - labels: where in the box the original stays; nil for nowhere.
    package init(
        _ contour: FaceContour, at rect: PixelRect, box: FaceBox? = nil, recipe: FaceRecipe, labels: FaceLabels?
    ) {
        let side = Float(min(rect.width, rect.height))
        let fade = Self.fade * side
        let box = box ?? FaceBox(rect)
        let scale = SIMD2(Float(box.width), Float(box.height)) / Float(recipe.cropSide)
        let filled = recipe.mask
        let start = SIMD2(Float(box.x - Double(rect.x)), Float(box.y - Double(rect.y)))
        let corner = start + SIMD2(Float(recipe.ring + filled.x), Float(recipe.ring + filled.y)) * scale
        let end = corner + SIMD2(Float(filled.width), Float(filled.height)) * scale
        let nose = contour.noseBottom - Float(rect.y)
        // Above the mouth little moves, and what is sharp in the template may stay so for longer.
        let fadeAtTop = max(fade, (nose - corner.y) / 2)
        let across = (0..<rect.width).map { column in
            let x = Float(column) + 0.5
            return smooth((x - corner.x) / fade) * smooth((end.x - x) / fade)
        }
        let down = (0..<rect.height).map { row in
            let y = Float(row) + 0.5
            return smooth((y - corner.y) / fadeAtTop) * smooth((end.y - y) / fade)
        }
        let jaw = JawField(contour, at: rect, side: side, step: Self.step)
        let labels = labels.map { LabelledPixels($0, radius: max(Int(Self.fadeAtLabels * side), 1)) }
        var shares = [UInt8](repeating: 0, count: rect.width * rect.height)
        var unlikeShares = shares
        var columns: [Range<Int>] = []
        for y in 0..<rect.height {
            var (first, last) = (rect.width, -1)
            for x in 0..<rect.width where across[x] * down[y] > 0 {
                var share = across[x] * down[y]
                var bound: Float = 1
                if let jaw {
                    let value = jaw.value(x: x, y: y)
                    share *= smooth(value)
                    bound = jaw.unlikeShare(value, y: y)
                }
                if let labels { share *= labels.distance(x: x, y: y) }
                let byte = roundedByte(share * 255)
                guard byte > 0 else { continue }
                shares[y * rect.width + x] = byte
                let unlike = min(share, bound)
                // Its eighth power rises steeply, close to where the face is whole.
                let fourth = unlike * unlike * unlike * unlike
                unlikeShares[y * rect.width + x] = roundedByte(fourth * fourth * 255)
                first = min(first, x)
                last = x
            }
            columns.append(first <= last ? first..<last + 1 : 0..<0)
        }
        self.shares = shares
        self.unlikeShares = unlikeShares
        self.columns = columns
        size = rect.size
    }

    /// Where the face fades along the jaw: 1 and more inside, 0 and less outside.
    private struct JawField {
        private let values: [Float]
        private let width: Int
        private let step: Int
        /// In rows of the box.
        private let nose: Float
        private let chin: Float

        /// Nil for points that are no jaw: the chin is not below the nose.
        init?(_ contour: FaceContour, at rect: PixelRect, side: Float, step: Int) {
            guard contour.chin > contour.noseBottom else { return nil }
            let distance = JawDistance(contour, in: rect)
            (nose, chin) = (contour.noseBottom - Float(rect.y), contour.chin - Float(rect.y))
            let height = rect.height / step + 2
            width = rect.width / step + 2
            self.step = step
            var values: [Float] = []
            values.reserveCapacity(width * height)
            for row in 0..<height {
                let y = Float(row * step)
                let lowness = Self.lowness(y, nose: nose, chin: chin)
                let reach = side * (reachBesideJaw + (reachBelowChin - reachBesideJaw) * lowness + fade)
                for column in 0..<width {
                    values.append((distance.inside(SIMD2(Float(column * step), y)) + reach) / (fade * side))
                }
            }
            self.values = values
        }

        /// 0 at the nose and above, 1 at the chin and below.
        private static func lowness(_ y: Float, nose: Float, chin: Float) -> Float {
            let part = min(max((y - nose) / (chin - nose), 0), 1)
            return part * part
        }

        /// What is the network's at most where it is unlike the frame; the middle of the fading stays where it is.
        func unlikeShare(_ value: Float, y: Int) -> Float {
            guard value > 0.5 else { return 1 }
            let retreat = retreatBelowChin * Self.lowness(Float(y) + 0.5, nose: nose, chin: chin)
            return smooth(0.5 + 0.5 * (value - 0.5) * fade / (fade / 2 + retreat))
        }

        func value(x: Int, y: Int) -> Float {
            let start = y / step * width + x / step
            let right = (Float(x % step) + 0.5) / Float(step)
            let down = (Float(y % step) + 0.5) / Float(step)
            let top = values[start] + (values[start + 1] - values[start]) * right
            let bottom = values[start + width] + (values[start + width + 1] - values[start + width]) * right
            return top + (bottom - top) * down
        }
    }

    /// Pixels that keep the original by their labels, and how near they are.
    private struct LabelledPixels {
        /// How many of the pixels around each are labelled.
        private let counts: [Int32]
        private let isLabelled: [Bool]
        private let width: Int
        private let fullCount: Float

        init(_ labels: FaceLabels, radius: Int) {
            let (width, height) = (labels.size.width, labels.size.height)
            let isLabelled = labels.keepOriginal
            var rows = [Int32](repeating: 0, count: width * height)
            for y in 0..<height {
                for x in 0..<width where isLabelled[y * width + x] {
                    for near in max(x - radius, 0)...min(x + radius, width - 1) { rows[y * width + near] += 1 }
                }
            }
            var counts = [Int32](repeating: 0, count: width * height)
            for y in 0..<height {
                for near in max(y - radius, 0)...min(y + radius, height - 1) {
                    for x in 0..<width { counts[near * width + x] += rows[y * width + x] }
                }
            }
            self.isLabelled = isLabelled
            self.counts = counts
            self.width = width
            fullCount = Float((2 * radius + 1) * (2 * radius + 1))
        }

        /// 0 on labelled pixels, 1 far from them; at a straight edge every second pixel around is labelled.
        func distance(x: Int, y: Int) -> Float {
            let index = y * width + x
            return isLabelled[index] ? 0 : max(1 - 2 * Float(counts[index]) / fullCount, 0)
        }
    }
}

/// From 0 to 1 with no edge at either end.
func smooth(_ value: Float) -> Float {
    let part = min(max(value, 0), 1)
    return part * part * (3 - 2 * part)
}
