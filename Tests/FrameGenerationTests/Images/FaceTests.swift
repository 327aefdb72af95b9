import FrameGeneration
import TestSupport
import Testing

@Suite("Between a face's bytes and the network's numbers")
struct FaceTests {
    private static let recipe = Generator.syncTalk328AVE.face
    /// Resizing changes nothing at this size.
    private static let rect = PixelRect(x: 0, y: 0, width: 328, height: 328)
    private let cutter = FaceCutter(recipe: recipe)
    private let paster = FacePaster(recipe: recipe)

    /// Every byte value in every channel, many times.
    private static func allBytes() -> PixelImage {
        var image = PixelImage(width: 328, height: 328)
        for i in image.pixels.indices { image.pixels[i] = UInt8(truncatingIfNeeded: i + i / 999) }
        return image
    }

    @Test("each byte goes to the network as its quotient by 255 in single precision, and the mask as 0")
    func networkInput() {
        let crop = Self.allBytes()
        let input = cutter.networkInput(for: crop)
        #expect(input.shape == [1, 6, 320, 320])
        var wrong = 0
        var seen = Set<UInt8>()
        for y in 0..<320 {
            for x in 0..<320 {
                let isMasked = (5..<315).contains(x) && (5..<310).contains(y)
                for channel in 0..<3 {
                    let byte = crop.pixels[((y + 4) * 328 + x + 4) * 3 + channel]
                    seen.insert(byte)
                    let place = (channel * 320 + y) * 320 + x
                    if input.values[place] != Float(byte) / 255 { wrong += 1 }
                    let masked: Float = isMasked ? 0 : Float(byte) / 255
                    if input.values[3 * 320 * 320 + place] != masked { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
        #expect(seen.count == 256)
    }

    @Test("the network's numbers are cut off to bytes, whatever they are")
    func bytes() {
        // Around every whole number, then what no healthy network returns.
        var numbers = (0...255).flatMap { byte in
            let value = Float(byte) / 255
            return [value.nextDown, value, value.nextUp, value + 0.5 / 255, value + 0.998 / 255]
        }
        numbers += [
            -0.0, -1e-9, -3, 1.000_001, 2, 1e30, -1e30, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude,
        ]
        let area = 320 * 320
        let output = Tensor(
            shape: [1, 3, 320, 320], values: (0..<3 * area).map { numbers[($0 * 7) % numbers.count] })
        let crop = Self.allBytes()
        let face = paster.face(output, faceCrop: crop, in: crop, at: Self.rect, labels: nil)

        var expected = crop
        for y in 0..<320 {
            for x in 0..<320 {
                for channel in 0..<3 {
                    let value = output.values[channel * area + y * 320 + x] * 255
                    let byte: UInt8 = value.isNaN ? 0 : UInt8(min(max(value, 0), 255).rounded(.towardZero))
                    expected.pixels[((y + 4) * 328 + x + 4) * 3 + channel] = byte
                }
            }
        }
        #expect(face == expected)
    }

    @Test("where the labels say torso or background the frame stays as it is, and nowhere else")
    func parsing() {
        // Blue, green, red.
        let kept: [[UInt8]] = [[0, 0, 255], [255, 255, 255]]
        let others: [[UInt8]] = [
            [0, 0, 0], [255, 0, 255], [0, 255, 255], [0, 0, 254], [1, 1, 255], [255, 0, 0], [255, 255, 254],
            [128, 128, 255],
        ]
        let rect = PixelRect(x: 11, y: 3, width: 101, height: 97)
        let labels = kept + others
        func label(_ x: Int, _ y: Int) -> [UInt8] { labels[(x + 3 * y) % labels.count] }
        let size = ImageSize(width: 120, height: 100)
        let parsing = PixelImage(
            width: size.width, height: size.height,
            pixels: (0..<size.height).flatMap { y in (0..<size.width).flatMap { x in label(x, y) } })
        let grey = PixelImage(
            width: size.width, height: size.height,
            pixels: [UInt8](repeating: 100, count: size.width * size.height * 3))
        let crop = cutter.faceCrop(of: grey, rect)
        // 0.8·255 = 204, far from 100 even where the ring of the crop shines in.
        let output = Tensor(shape: [1, 3, 320, 320], values: [Float](repeating: 0.8, count: 3 * 320 * 320))
        var image = grey
        let face = paster.face(output, faceCrop: crop, in: image, at: rect, labels: FaceLabels(parsing, at: rect))
        image.paste(face, x: rect.x, y: rect.y)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let isInside = (14..<109).contains(x) && (6..<97).contains(y)
                let isOutside = !(11..<112).contains(x) || !(3..<100).contains(y)
                let isKept = isOutside || kept.contains(label(x, y))
                // The ring's pixels may be either.
                guard isKept || isInside else { continue }
                for channel in 0..<3 {
                    let byte = image.pixels[(y * size.width + x) * 3 + channel]
                    if byte != (isKept ? 100 : 204) { Issue.record("(\(x), \(y)) is \(byte)") }
                }
            }
        }
    }
}
