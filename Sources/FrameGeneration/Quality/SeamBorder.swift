/// A line along which a face was put into its frame, and the way out of it.
package struct SeamBorder: Sendable {
    /// Places about a pixel apart, each with a direction of length 1 that leads out of the face; in pixels of the image.
    let points: [(place: SIMD2<Float>, outward: SIMD2<Float>)]
    /// Half of the width in which the face may begin, in pixels.
    let reach: Int

    /// The edge of a face box: within a few pixels inside of it the network's square begins.
    package static func box(_ rect: PixelRect) -> SeamBorder {
        let reach = max(min(rect.width, rect.height) / 80, 1)
        let (left, top) = (Float(rect.x + reach), Float(rect.y + reach))
        let (right, bottom) = (Float(rect.x + rect.width - reach), Float(rect.y + rect.height - reach))
        var points: [(SIMD2<Float>, SIMD2<Float>)] = []
        for x in rect.x + reach..<rect.x + rect.width - reach {
            points.append((SIMD2(Float(x) + 0.5, top), SIMD2(0, -1)))
            points.append((SIMD2(Float(x) + 0.5, bottom), SIMD2(0, 1)))
        }
        for y in rect.y + reach..<rect.y + rect.height - reach {
            points.append((SIMD2(left, Float(y) + 0.5), SIMD2(-1, 0)))
            points.append((SIMD2(right, Float(y) + 0.5), SIMD2(1, 0)))
        }
        return SeamBorder(points: points, reach: reach)
    }

    /// The line in the middle of where a seamless paste fades, which is at `rect` in the image.
    package static func fading(_ mask: PasteMask, at rect: PixelRect) -> SeamBorder {
        let (width, height) = (mask.size.width, mask.size.height)
        let reach = max(min(width, height) / 28, 1)
        func share(_ x: Int, _ y: Int) -> Float {
            Float(mask.shares[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)])
        }
        var points: [(SIMD2<Float>, SIMD2<Float>)] = []
        for y in 0..<height {
            for x in mask.columns[y] where share(x, y) >= 128 {
                let neighbours = [share(x - 1, y), share(x + 1, y), share(x, y - 1), share(x, y + 1)]
                guard neighbours.contains(where: { $0 < 128 }) else { continue }
                let rise = SIMD2(
                    share(x + reach, y) - share(x - reach, y), share(x, y + reach) - share(x, y - reach))
                let length = (rise * rise).sum().squareRoot()
                guard length > 0 else { continue }
                points.append((SIMD2(Float(rect.x + x) + 0.5, Float(rect.y + y) + 0.5), -rise / length))
            }
        }
        return SeamBorder(points: points, reach: reach)
    }
}
