import Foundation
package import FrameGeneration

/// A face drawn by formulas: a template's image of it with its landmarks, and what a network might make of it.
package struct DrawnFace: Sendable {
    /// What is drawn.
    package struct Look: Sendable {
        /// Levels that the light falls by from the left to the right of the face box.
        package var lightFall: Float = 0
        /// Levels added everywhere.
        package var cast: Float = 0
        /// Levels by which single pixels differ.
        package var grain: Float = 4
        /// The same along the jaw.
        package var beard: Float = 0
        /// How far the mouth is open, as a part of the box's side; the chin goes down by as much.
        package var opening: Float = 0

        package init() {}
    }

    package let size: ImageSize
    /// The face box.
    package let rect: PixelRect
    package let contour: FaceContour

    /// A face of `side` pixels with as much around it.
    package init(side: Int = 120) {
        size = ImageSize(width: side * 3 / 2, height: side * 3 / 2)
        rect = PixelRect(x: side / 4, y: side / 4, width: side, height: side)
        let (center, jawTop) = (SIMD2(Float(size.width) / 2, Float(rect.y)), Float(side) * 0.75)
        var points = [(x: Int, y: Int)](repeating: (size.width / 2, rect.y + side * 3 / 10), count: 110)
        for index in 0..<33 {
            let angle = Float.pi * Float(index - 1) / 30
            points[index] = (
                Int((center.x - Float(side) / 2 * cos(angle)).rounded()),
                Int((center.y + jawTop * max(sin(angle), -0.1)).rounded())
            )
        }
        points[1] = (rect.x, rect.y)
        points[31] = (rect.x + side, rect.y)
        points[52] = (size.width / 2, rect.y)
        landmarks = points.map { "\($0.x) \($0.y)" }.joined(separator: "\n")
        // The text is our own.
        contour = FaceContour((try? Landmarks(text: landmarks, path: "drawn face")) ?? Self.none)
    }

    /// The text of a landmark file.
    package let landmarks: String

    private static var none: Landmarks { preconditionFailure("the drawn face has no landmarks") }

    /// The whole image.
    package func image(_ look: Look = Look()) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        let side = Float(rect.width)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let place = SIMD2(Float(x - rect.x), Float(y - rect.y)) / side
                let inside = isInside(place, look)
                var color: SIMD3<Float> = inside ? [150, 170, 210] : [120, 90, 70]
                if inside, isMouth(place, look) { color = [40, 30, 60] }
                let isBeard = inside && place.y > 0.45 && !isMouth(place, look)
                let noise = Self.noise(x, y) * (isBeard && look.beard > 0 ? look.beard : look.grain)
                color += SIMD3(repeating: noise + look.cast - look.lightFall * (place.x - 0.5))
                for channel in 0..<3 {
                    image.pixels[(y * size.width + x) * 3 + channel] = UInt8(min(max(color[channel], 0), 255).rounded())
                }
            }
        }
        return image
    }

    /// The pixels of the face box as the original pastes them: with a ring of `template`'s own around the network's square.
    package func exactPaste(_ look: Look, into template: PixelImage) -> PixelImage {
        let ring = max(rect.width * 4 / 328, 1)
        var face = template.cropped(to: rect)
        let inner = PixelRect(
            x: rect.x + ring, y: rect.y + ring, width: rect.width - 2 * ring, height: rect.height - 2 * ring)
        face.paste(image(look).cropped(to: inner), x: ring, y: ring)
        return face
    }

    private func isInside(_ place: SIMD2<Float>, _ look: Look) -> Bool {
        let x = (place.x - 0.5) / 0.5
        let y = max(place.y, 0) / (0.75 + look.opening)
        return x * x + y * y < 1
    }

    private func isMouth(_ place: SIMD2<Float>, _ look: Look) -> Bool {
        let gap = (place - SIMD2(0.5, 0.52)) / SIMD2(0.16, 0.015 + look.opening)
        return (gap * gap).sum() < 1
    }

    /// −1…1, the same for the same pixel.
    private static func noise(_ x: Int, _ y: Int) -> Float {
        var bits = UInt32(truncatingIfNeeded: x &* 73_856_093 ^ y &* 19_349_663)
        bits ^= bits >> 16
        bits = bits &* 0x7feb_352d
        bits ^= bits >> 15
        bits = bits &* 0x846c_a68b
        return Float(bits >> 8) / Float(1 << 23) - 1
    }
}
