import FrameGeneration
import Testing

@Suite("A face box between pixels")
struct FaceBoxTests {
    /// 2 levels more for each column, 1 for each row.
    private static let ramp: PixelImage = {
        var image = PixelImage(width: 60, height: 60)
        for y in 0..<60 {
            for x in 0..<60 {
                for channel in 0..<3 { image.pixels[(y * 60 + x) * 3 + channel] = UInt8(2 * x + y) }
            }
        }
        return image
    }()

    @Test("has the pixels whose middles are inside, and what of it is in the image")
    func pixels() {
        #expect(FaceBox(x: 2.5, y: 3.49, width: 4, height: 4).pixels == PixelRect(x: 2, y: 3, width: 4, height: 4))
        #expect(FaceBox(x: 2.51, y: 3, width: 4, height: 4.6).pixels == PixelRect(x: 3, y: 3, width: 4, height: 5))
        let rect = PixelRect(x: 7, y: 8, width: 9, height: 10)
        #expect(FaceBox(rect).pixels == rect)
        let clipped = FaceBox(x: -1.5, y: 50.25, width: 20, height: 20).clipped(to: Self.ramp.size)
        #expect(clipped == FaceBox(x: 0, y: 50.25, width: 18.5, height: 9.75))
    }

    @Test("is resized from where it is, to a fraction of a pixel", arguments: Resampling.allCases)
    func cut(resampling: Resampling) {
        let box = FaceBox(x: 10.25, y: 12.5, width: 32.5, height: 32.5)
        for side in [26, 32, 40] {
            let cut = Self.ramp.resized(from: box, to: ImageSize(width: side, height: side), by: resampling)
            let scale = 32.5 / Double(side)
            for y in 0..<side {
                for x in 0..<side {
                    let place = (box.x + (Double(x) + 0.5) * scale - 0.5, box.y + (Double(y) + 0.5) * scale - 0.5)
                    let expected = 2 * place.0 + place.1
                    #expect(abs(Double(cut.pixels[(y * side + x) * 3]) - expected) <= 1, "\(side): \(x), \(y)")
                }
            }
        }
    }

    @Test("comes back to where it was cut from", arguments: Resampling.allCases)
    func back(resampling: Resampling) {
        let boxes = [
            FaceBox(x: 10.3, y: 12.7, width: 32.4, height: 32.4), FaceBox(x: 0, y: 20.5, width: 30, height: 39.5),
        ]
        for box in boxes {
            let cut = Self.ramp.resized(from: box, to: ImageSize(width: 48, height: 48), by: resampling)
            let back = cut.resized(into: box, by: resampling)
            let own = Self.ramp.cropped(to: box.pixels)
            #expect(back.size == own.size)
            #expect(back.difference(from: own, gain: 1).pixels.allSatisfy { $0 <= 2 })
        }
    }
}
