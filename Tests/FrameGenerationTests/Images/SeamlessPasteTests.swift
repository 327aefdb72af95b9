import FrameGeneration
import TestSupport
import Testing

@Suite("A face that fades into its frame")
struct SeamlessPasteTests {
    private let drawn = DrawnFace()
    private let template: PixelImage
    private let mask: PasteMask
    private static let recipe = Generator.syncTalk328AVE.face

    init() {
        template = drawn.image()
        mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
    }

    private func look(_ change: (inout DrawnFace.Look) -> Void) -> DrawnFace.Look {
        var look = DrawnFace.Look()
        change(&look)
        return look
    }

    private func share(_ x: Double, _ y: Double) -> UInt8 {
        let side = Double(mask.size.width)
        return mask.shares[Int(y * side) * mask.size.width + Int(x * side)]
    }

    @Test("is whole from cheek to cheek and below the chin, and nothing beside the jaw and at the box's edge")
    func shares() {
        for (x, y) in [(0.5, 0.5), (0.2, 0.4), (0.8, 0.4), (0.5, 0.76), (0.5, 0.83)] { #expect(share(x, y) == 255) }
        for (x, y) in [(0.04, 0.8), (0.96, 0.8), (0.5, 0.02), (0.01, 0.3), (0.99, 0.3), (0.5, 0.99)] {
            #expect(share(x, y) == 0)
        }
        let (width, shares) = (mask.size.width, mask.shares)
        // Nowhere an edge: it takes several pixels from nothing to all.
        var largest = 0
        for i in width..<shares.count where i % width > 0 {
            for neighbour in [i - 1, i - width] { largest = max(largest, abs(Int(shares[i]) - Int(shares[neighbour]))) }
        }
        #expect(largest < 64)
    }

    @Test("leaves every byte that has no share of it as it was, whatever the network returned")
    func untouched() {
        var wild = PixelImage(width: drawn.rect.width, height: drawn.rect.height)
        for i in wild.pixels.indices { wild.pixels[i] = UInt8(truncatingIfNeeded: i * i / 7) }
        let (result, own) = (wild.faded(into: template, at: drawn.rect, mask), template.cropped(to: drawn.rect))
        let touched = result.pixels.indices.filter { result.pixels[$0] != own.pixels[$0] }
        #expect(touched.allSatisfy { mask.shares[$0 / 3] > 0 })
        #expect(touched.count > result.pixels.count / 4)
    }

    @Test("changes nothing where the network returned what was there")
    func same() {
        let own = template.cropped(to: drawn.rect)
        #expect(own.faded(into: template, at: drawn.rect, mask) == own)
    }

    @Test("takes a cast off the whole face, and not what the face shows", arguments: [-12, 8, 20] as [Float])
    func cast(levels: Float) {
        let plain = drawn.image(look { $0.opening = 0.08 }).cropped(to: drawn.rect)
        let cast = drawn.image(
            look {
                $0.opening = 0.08
                $0.cast = levels
            }
        ).cropped(to: drawn.rect)
        let (first, second) = (
            plain.faded(into: template, at: drawn.rect, mask), cast.faded(into: template, at: drawn.rect, mask)
        )
        #expect(first.difference(from: second, gain: 1).pixels.allSatisfy { $0 <= 1 })
        // The open mouth is there, black in the middle.
        let middle = (drawn.rect.height * 52 / 100 * drawn.rect.width + drawn.rect.width / 2) * 3
        #expect(template.cropped(to: drawn.rect).pixels[middle + 30 * 3] > 100)
        #expect(second.pixels[middle] < 60)
    }

    @Test("does not take a face of another light for more than some levels lighter or darker")
    func bound() {
        let dark = drawn.image(look { $0.cast = -60 }).cropped(to: drawn.rect)
        let result = dark.faded(into: template, at: drawn.rect, mask)
        let cheek = (drawn.rect.height * 4 / 10 * drawn.rect.width + drawn.rect.width / 4) * 3
        #expect(abs(Int(result.pixels[cheek]) - Int(dark.pixels[cheek]) - 32) <= 1)
    }

    @Test("shows a collar once that the network has moved, at its place in the frame")
    func collar() throws {
        let (width, middle) = (drawn.rect.width, drawn.rect.width / 2)
        let lower = drawn.rect.height * 3 / 4..<drawn.rect.height
        let half = try #require(lower.first { (row: Int) in mask.shares[row * width + middle] < 128 })
        func collared(_ row: Int) -> PixelImage {
            var image = template
            let start = (drawn.rect.y + row) * image.bytesPerRow
            for i in start..<image.pixels.count { image.pixels[i] = 20 }
            return image
        }
        let moved = 5
        let frame = collared(half)
        let own = frame.cropped(to: drawn.rect)
        let face = collared(half - moved).cropped(to: drawn.rect)
        let result = face.faded(into: frame, at: drawn.rect, mask)
        for row in half - moved..<half {
            let pixel = (row * width + middle) * 3
            let step = Int(own.pixels[pixel]) - Int(face.pixels[pixel])
            // By its share alone more than half of the network's collar would be seen beside the frame's.
            let share = Int(mask.shares[row * width + middle])
            #expect(step > 60 && share >= 128)
            #expect(Int(own.pixels[pixel]) - Int(result.pixels[pixel]) < step * share / 255 * 2 / 3, "row \(row)")
        }
    }

    @Test("a mouth that opens and a chin that moves do not change the light elsewhere")
    func steady() {
        let faces = ([0, 0.04, 0.08, 0.1] as [Float]).map { opening in
            drawn.image(
                look {
                    $0.opening = opening
                    $0.cast = 8
                    $0.lightFall = 10
                }
            ).cropped(to: drawn.rect).faded(into: template, at: drawn.rect, mask)
        }
        let width = drawn.rect.width
        for face in faces.dropFirst() {
            var largest = 0
            for y in width / 4..<width * 4 / 10 {
                for i in (y * width + width / 5) * 3..<(y * width + width * 4 / 5) * 3 {
                    largest = max(largest, abs(Int(face.pixels[i]) - Int(faces[0].pixels[i])))
                }
            }
            #expect(largest <= 1)
        }
    }

    @Test("keeps the frame's own pixels where the labels say torso or background, and fades toward them")
    func labels() {
        var parsing = PixelImage(width: drawn.size.width, height: drawn.size.height)
        let limit = drawn.rect.y + drawn.rect.height * 7 / 10
        for y in limit..<drawn.size.height {
            for x in 0..<drawn.size.width { parsing.pixels[(y * drawn.size.width + x) * 3 + 2] = 255 }
        }
        let mask = PasteMask(
            drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: FaceLabels(parsing, at: drawn.rect))
        let width = drawn.rect.width
        let column = (0..<drawn.rect.height).map { mask.shares[$0 * width + width / 2] }
        let edge = limit - drawn.rect.y
        #expect(column[edge...].allSatisfy { $0 == 0 })
        #expect(column[edge - 1] > 0 && column[edge - 1] < 255 && column[edge - 5] == 255)

        for i in 0..<parsing.pixels.count { parsing.pixels[i] = 255 }
        let none = PasteMask(
            drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: FaceLabels(parsing, at: drawn.rect))
        let face = drawn.image(look { $0.cast = 20 }).cropped(to: drawn.rect)
        #expect(face.faded(into: template, at: drawn.rect, none) == template.cropped(to: drawn.rect))
    }

    @Test("landmarks that are no jaw fade before the network's border alone, and the smallest box works")
    func noJaw() throws {
        let lines = (0..<110).map { _ in "60 60" }.joined(separator: "\n")
        let contour = FaceContour(try Landmarks(text: lines, path: "no jaw"))
        let mask = PasteMask(contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
        let width = drawn.rect.width
        #expect(mask.shares[(width * 85 / 100) * width + width * 15 / 100] == 255)
        #expect(mask.shares[0] == 0 && mask.shares[width * width - 1] == 0)

        let small = PixelRect(x: 3, y: 5, width: 8, height: 8)
        let face = template.cropped(to: PixelRect(x: 60, y: 60, width: 8, height: 8))
        let tiny = PasteMask(contour, at: small, recipe: Self.recipe, labels: nil)
        #expect(face.faded(into: template, at: small, tiny).size == small.size)
    }
}
