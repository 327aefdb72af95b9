import FrameGeneration
import TestSupport
import Testing

@Suite("A face larger than the network's square")
struct SharpenedFaceTests {
    private let drawn = DrawnFace(side: 600)
    private static let recipe = Generator.syncTalk328AVE.face
    private static let square = ImageSize(width: recipe.cropSide, height: recipe.cropSide)

    /// The template, the truth of a mouth that has opened, and what a network makes of it that knows the truth at its own
    /// size: before and after sharpening.
    private func faces(
        opening: Float = 0.05, _ change: (inout DrawnFace.Look) -> Void
    ) -> (template: PixelImage, truth: PixelImage, plain: PixelImage, sharp: PixelImage) {
        var look = DrawnFace.Look()
        look.grain = 6
        let template = drawn.image(look)
        look.opening = opening
        let truth = drawn.image(look).cropped(to: drawn.rect)
        change(&look)
        let network = drawn.image(look).cropped(to: drawn.rect)
        let own = template.cropped(to: drawn.rect)
        let (square, ownSquare) = (network.resizedBicubic(to: Self.square), own.resizedBicubic(to: Self.square))
        let plain = square.resizedBicubic(to: drawn.rect.size)
        let detail = LostDetail(
            of: own, square: ownSquare, returned: ownSquare.resizedBicubic(to: drawn.rect.size))
        let sharp = square.sharpenedFace(
            own: ownSquare, by: detail, in: template, at: drawn.rect, ring: Self.recipe.ring, strength: 1
        ) { $0.resizedBicubic(to: drawn.rect.size) }
        return (template, truth, plain, sharp)
    }

    private func frame(_ template: PixelImage, _ face: PixelImage) -> PixelImage {
        var frame = template
        frame.paste(face, x: drawn.rect.x, y: drawn.rect.y)
        return frame
    }

    /// The edge of a chin that has moved is steeper than before, and not as hard as a drawn one.
    @Test(
        "is as sharp as its template but for the edge of a chin that has moved, and nearer to the truth than before",
        arguments: [(0, 0.8), (0.05, 0.65)] as [(Float, Double)])
    func sharpness(opening: Float, least: Double) throws {
        let faces = faces(opening: opening) { _ in }
        let mouth = PixelRect(x: drawn.rect.x + 180, y: drawn.rect.y + 260, width: 240, height: 110)
        #expect(try ratio(faces.plain, in: faces.template, without: mouth) < 0.5)
        let sharp = try ratio(faces.sharp, in: faces.template, without: mouth)
        #expect(sharp >= least && sharp <= 1.1, "\(sharp)")
        let before = QualityMetrics(comparing: faces.plain, with: faces.truth).peakSignalToNoiseRatio
        let after = QualityMetrics(comparing: faces.sharp, with: faces.truth).peakSignalToNoiseRatio
        #expect(after > before)
    }

    @Test("is as sharp as its template above a mouth that speaks", arguments: [0.05, 0.1] as [Float])
    func unmovedPart(opening: Float) throws {
        let faces = faces(opening: opening) { _ in }
        // From above the mouth to below the chin.
        let moved = PixelRect(x: drawn.rect.x, y: drawn.rect.y + 230, width: 600, height: 370)
        let sharp = try ratio(faces.sharp, in: faces.template, without: moved)
        #expect(sharp >= 0.8 && sharp <= 1.1, "\(sharp)")
    }

    @Test("gets what its network did not paint where it shows what the template shows")
    func softNetwork() {
        var look = DrawnFace.Look()
        look.grain = 6
        let template = drawn.image(look)
        let own = template.cropped(to: drawn.rect)
        let ownSquare = own.resizedBicubic(to: Self.square)
        let soft = ownSquare.softened()
        let detail = LostDetail(
            of: own, square: ownSquare, returned: ownSquare.resizedBicubic(to: drawn.rect.size))
        // Between a cheek's edges; with itself for a template the square lacks nothing.
        let cheek = PixelRect(x: 150, y: 200, width: 100, height: 60)
        let ratios = [ownSquare, soft].map { given in
            let face = soft.sharpenedFace(
                own: given, by: detail, in: template, at: drawn.rect, ring: Self.recipe.ring, strength: 1
            ) { $0.resizedBicubic(to: drawn.rect.size) }
            return QualityMetrics(comparing: face.cropped(to: cheek), with: own.cropped(to: cheek))
                .peakSignalToNoiseRatio
        }
        #expect(ratios[0] > ratios[1] + 3, "\(ratios)")
    }

    /// What the edge of a chin looks like where the template has none, nobody knows: it gets steeper, and no harder than it
    /// was.
    @Test("has more than half of the lost sharpness back where a chin with a hard edge has moved, and none beyond")
    func movedChin() throws {
        let faces = faces { _ in }
        let nothing = PixelRect(x: 0, y: 0, width: 0, height: 0)
        let plain = try ratio(faces.plain, in: faces.template, without: nothing)
        let sharp = try ratio(faces.sharp, in: faces.template, without: nothing)
        #expect(sharp > (1 + plain) / 2 && sharp <= 1.1, "\(plain) \(sharp)")
    }

    private func ratio(_ face: PixelImage, in template: PixelImage, without part: PixelRect) throws -> Double {
        let mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
        return try #require(
            FaceSharpness.ratio(frame(template, face), over: template, mask, at: drawn.rect, mouth: part))
    }

    @Test("shows no closed mouth behind the open one, and no edge around it that is not there")
    func ringing() {
        let faces = faces { $0.grain = 0 }
        // The columns through the middle of the mouth: from the truth's darkest to its lightest and no further.
        let width = drawn.rect.width
        var (least, most, sharpLeast, sharpMost) = (255, 0, 255, 0)
        for y in drawn.rect.height * 45 / 100..<drawn.rect.height * 60 / 100 {
            for x in width * 45 / 100..<width * 55 / 100 {
                let i = (y * width + x) * 3
                (least, most) = (min(least, Int(faces.plain.pixels[i])), max(most, Int(faces.plain.pixels[i])))
                sharpLeast = min(sharpLeast, Int(faces.sharp.pixels[i]))
                sharpMost = max(sharpMost, Int(faces.sharp.pixels[i]))
            }
        }
        // The template's grain of 6 levels is all that may come on top.
        #expect(sharpLeast >= least - 7 && sharpMost <= most + 7)
    }

    @Test("does not get more grain than its template has where the network painted none or another light")
    func grain() throws {
        let faces = faces { ($0.grain, $0.cast) = (0, 8) }
        let mouth = PixelRect(x: drawn.rect.x + 180, y: drawn.rect.y + 260, width: 240, height: 110)
        #expect(try ratio(faces.sharp, in: faces.template, without: mouth) < 1.1)
    }

    @Test("is sharpened by as much as is asked for, and only where it is larger than the square")
    func strength() {
        for sharpening in [Sharpening.auto, .part(1), .part(0.3)] {
            #expect(sharpening.strength(side: 299, cropSide: 328) == 0)
            #expect(sharpening.strength(side: 328, cropSide: 328) == 0)
        }
        #expect(Sharpening.auto.strength(side: 600, cropSide: 328) == 1)
        let little = Sharpening.auto.strength(side: 340, cropSide: 328)
        #expect(little > 0 && little < 1)
        #expect(Sharpening.part(0.5).strength(side: 340, cropSide: 328) == 0.5)
        #expect(Sharpening.off.strength(side: 600, cropSide: 328) == 0)
    }

    @Test("its sharpening is read as it is written, and nothing else is")
    func text() {
        for text in ["auto", "0", "1", "0.25"] { #expect(Sharpening(text)?.description == text) }
        for text in ["", "on", "-0.1", "1.5", "nan"] { #expect(Sharpening(text) == nil, "\(text)") }
    }
}
