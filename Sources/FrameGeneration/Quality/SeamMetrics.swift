/// How much the border of a face that was put into a template's image is to be seen.
public struct SeamMetrics: Sendable, Equatable {
    /// How steep the frame is across the border against a smooth passage from how steep it is just inside to how steep it
    /// is just outside, divided by the same of the template: 1 where the border is not to be seen, above 1 for an edge.
    public let energy: Double
    /// Levels by which the frame's light and colour leave the template's from just outside to just inside of the border.
    ///
    /// It is the mean over the colours, and what three quarters of the stretches around the face do not exceed. In the last
    /// quarter a chin may have moved, which is no fault.
    public let colorStep: Double

    /// Stretches of the border, each of which is averaged over.
    private static let stretchCount = 32
    /// Pixels on either side that are compared.
    private static let width = 6

    /// Measures one border.
    ///
    /// - Parameters:
    ///   - frame: with the face.
    ///   - template: the same size without it.
    ///   - border: where the face was put in; points whose surroundings are outside of the image are passed over.
    /// - Precondition: both have one size.
    package init(_ frame: PixelImage, over template: PixelImage, along border: SeamBorder) {
        precondition(frame.size == template.size, "cannot compare \(frame.size) with \(template.size)")
        let depth = border.reach + Self.width + 1
        let points = border.points.filter { point in
            [Float(depth), Float(-depth)].allSatisfy { distance in
                let place = point.place + point.outward * distance
                return place.x >= 1 && place.y >= 1 && place.x < Float(frame.width - 1)
                    && place.y < Float(frame.height - 1)
            }
        }
        guard !points.isEmpty else {
            (energy, colorStep) = (1, 0)
            return
        }
        let own = Self.relativeSteepness(frame, points, border.reach)
        let usual = Self.relativeSteepness(template, points, border.reach)
        energy = usual > 0 ? own / usual : (own > 0 ? .infinity : 1)
        colorStep = Self.step(frame, template, points, border.reach)
    }

    /// The largest of each number.
    ///
    /// - Precondition: there is one at least.
    package static func worst(of all: [SeamMetrics]) -> SeamMetrics {
        SeamMetrics(energy: all.map(\.energy).max() ?? 1, colorStep: all.map(\.colorStep).max() ?? 0)
    }

    private init(energy: Double, colorStep: Double) {
        self.energy = energy
        self.colorStep = colorStep
    }

    /// The steepest line within reach of the border, against what a smooth passage would have there.
    private static func relativeSteepness(
        _ image: PixelImage, _ points: [(place: SIMD2<Float>, outward: SIMD2<Float>)], _ reach: Int
    ) -> Double {
        func steepness(_ offset: Int) -> Float {
            var sum: Float = 0
            for (place, outward) in points {
                let difference =
                    image.value(at: place + outward * (Float(offset) + 0.5))
                    - image.value(at: place + outward * (Float(offset) - 0.5))
                sum += abs(difference.x) + abs(difference.y) + abs(difference.z)
            }
            return sum / Float(points.count)
        }
        func mean(_ side: Int) -> Float {
            (reach + 1...reach + width).reduce(0) { $0 + steepness(side * $1) } / Float(width)
        }
        let (inside, outside) = (mean(-1), mean(1))
        let ratios = (-reach...reach).map { offset in
            let part = Float(offset + reach + 1) / Float(2 * reach + 2)
            let expected = inside + (outside - inside) * part * part * (3 - 2 * part)
            // A picture without any detail has no steepness to compare with.
            return (steepness(offset) + 0.01) / (expected + 0.01)
        }
        return Double(ratios.max() ?? 1)
    }

    private static func step(
        _ frame: PixelImage, _ template: PixelImage, _ points: [(place: SIMD2<Float>, outward: SIMD2<Float>)],
        _ reach: Int
    ) -> Double {
        // Points are in no order, so that stretches are told by the direction from their middle.
        let middle = points.reduce(SIMD2<Float>.zero) { $0 + $1.place } / Float(points.count)
        var sums = [SIMD4<Float>](repeating: .zero, count: stretchCount)
        for (place, outward) in points {
            var difference = SIMD3<Float>.zero
            for offset in reach + 1...reach + width {
                for side in [Float(offset), Float(-offset)] {
                    let place = place + outward * side
                    let change = frame.value(at: place) - template.value(at: place)
                    difference += side < 0 ? change : -change
                }
            }
            sums[stretch(of: place - middle)] += SIMD4(difference / Float(width), 1)
        }
        let steps = sums.filter { $0.w > 0 }.map { sum in
            let mean = sum / sum.w
            return (abs(mean.x) + abs(mean.y) + abs(mean.z)) / 3
        }.sorted()
        return Double(steps[(steps.count - 1) * 3 / 4])
    }

    /// Which part of the way around a direction is in: eighths of a square's sides do.
    private static func stretch(of direction: SIMD2<Float>) -> Int {
        let sum = max(abs(direction.x) + abs(direction.y), .leastNormalMagnitude)
        let part = direction.y / sum
        let turn = direction.x >= 0 ? 1 + part : 3 - part
        return min(Int(turn / 4 * Float(stretchCount)), stretchCount - 1)
    }
}

extension PixelImage {
    /// Blue, green and red at a place between pixels, whose middles are at halves; it must be inside by a pixel.
    fileprivate func value(at place: SIMD2<Float>) -> SIMD3<Float> {
        let (x, y) = (place.x - 0.5, place.y - 0.5)
        let (column, row) = (Int(x), Int(y))
        let (right, down) = (x - Float(column), y - Float(row))
        let start = row * bytesPerRow + column * Self.channels
        func pixel(_ i: Int) -> SIMD3<Float> {
            SIMD3(Float(pixels[i]), Float(pixels[i + 1]), Float(pixels[i + 2]))
        }
        let top = pixel(start) + (pixel(start + 3) - pixel(start)) * right
        let below = start + bytesPerRow
        let bottom = pixel(below) + (pixel(below + 3) - pixel(below)) * right
        return top + (bottom - top) * down
    }
}
