import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("A face beside its place")
struct FaceShiftTests {
    private let drawn = DrawnFace(side: 200)

    /// A template with something to see at nose and cheeks, and the same moved by a part of a pixel.
    private func images(_ move: SIMD2<Double>) -> (frame: PixelImage, template: PixelImage) {
        func image(_ move: SIMD2<Double>) -> PixelImage {
            var image = PixelImage(width: drawn.size.width, height: drawn.size.height)
            for y in 0..<image.height {
                for x in 0..<image.width {
                    let (across, down) = (Double(x) - move.x, Double(y) - move.y)
                    let value = 128 + 30 * sin(across / 7) * cos(down / 9) + 20 * sin((across + 2 * down) / 15)
                    for channel in 0..<3 { image.pixels[(y * image.width + x) * 3 + channel] = UInt8(value.rounded()) }
                }
            }
            return image
        }
        return (image(move), image(.zero))
    }

    @Test(
        "is found to a tenth of a pixel",
        arguments: [SIMD2(0, 0), SIMD2(0.5, 0), SIMD2(0, -0.7), SIMD2(-1, 0.4)] as [SIMD2<Double>])
    func found(move: SIMD2<Double>) throws {
        let (frame, template) = images(move)
        let shift = try #require(FaceShift(frame, over: template, at: drawn.rect, drawn.contour))
        let gap = shift.pixels - move
        #expect((gap * gap).sum().squareRoot() < 0.1, "\(shift.pixels)")
    }

    @Test("is not told from a template that shows nothing, and trembles only where it leaves its way")
    func jitter() throws {
        let grey = PixelImage(width: drawn.size.width, height: drawn.size.height)
        #expect(FaceShift(grey, over: grey, at: drawn.rect, drawn.contour) == nil)
        let shifts = try [0, 0.5, 1, 0].map { x in
            let (frame, template) = images(SIMD2(x, 0))
            return try #require(FaceShift(frame, over: template, at: drawn.rect, drawn.contour))
        }
        #expect(FaceShift.jitter(shifts[0], shifts[1], shifts[2]) < 0.1)
        #expect(abs(FaceShift.jitter(shifts[1], shifts[2], shifts[3]) - 0.75) < 0.1)
    }
}
