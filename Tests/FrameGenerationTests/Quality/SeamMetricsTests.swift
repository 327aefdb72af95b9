import FrameGeneration
import TestSupport
import Testing

@Suite("How much a pasted face's border is to be seen")
struct SeamMetricsTests {
    private let drawn = DrawnFace()
    private static let recipe = Generator.syncTalk328AVE.face

    /// What makes pasting hard, in the template and in what the network makes of it.
    private static let hardCases: [(name: String, template: DrawnFace.Look, network: DrawnFace.Look)] = {
        func look(_ change: (inout DrawnFace.Look) -> Void) -> DrawnFace.Look {
            var look = DrawnFace.Look()
            change(&look)
            return look
        }
        return [
            ("a light gradient that the network has lost", look { $0.lightFall = 40 }, look { $0.lightFall = 20 }),
            ("a cast", look { _ in }, look { $0.cast = 8 }),
            ("a dark cast and an open mouth", look { _ in }, look { ($0.cast, $0.opening) = (-8, 0.08) }),
            ("a beard that the network has smeared", look { $0.beard = 40 }, look { ($0.beard, $0.cast) = (10, 5) }),
        ]
    }()

    private func seams(
        _ frame: PixelImage, over template: PixelImage, _ mask: PasteMask
    ) -> (box: SeamMetrics, fading: SeamMetrics) {
        (
            SeamMetrics(frame, over: template, along: .box(drawn.rect)),
            SeamMetrics(frame, over: template, along: .fading(mask, at: drawn.rect))
        )
    }

    private func frame(_ template: PixelImage, _ face: PixelImage) -> PixelImage {
        var frame = template
        frame.paste(face, x: drawn.rect.x, y: drawn.rect.y)
        return frame
    }

    @Test("a template without a face in it has no border", arguments: [0, 40] as [Float])
    func template(beard: Float) {
        var look = DrawnFace.Look()
        look.beard = beard
        let image = drawn.image(look)
        let mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
        let (box, fading) = seams(image, over: image, mask)
        #expect(box.energy == 1 && fading.energy == 1)
        #expect(box.colorStep == 0 && fading.colorStep == 0)
    }

    @Test(
        "a hard paste steps by as many levels as its cast has, and its edge stands out",
        arguments: [4, 8, 16] as [Float])
    func hardPaste(levels: Float) {
        var look = DrawnFace.Look()
        look.cast = levels
        let template = drawn.image()
        let mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
        let (box, _) = seams(frame(template, drawn.exactPaste(look, into: template)), over: template, mask)
        #expect(abs(box.colorStep - Double(levels)) < 0.5)
        #expect(box.energy > 1 + 0.05 * Double(levels))
    }

    /// Held against what a network that makes no fault would have shown: a mouth that opens moves the chin over the border,
    /// and against the template, whose mouth is shut, that would count as a step.
    @Test("a seamless paste steps by less than a level, and its border is as steep as it ought to be there")
    func seamlessPaste() {
        for (name, templateLook, networkLook) in Self.hardCases {
            let template = drawn.image(templateLook)
            var truthLook = templateLook
            truthLook.opening = networkLook.opening
            let truth = drawn.image(truthLook)
            let mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
            let network = drawn.image(networkLook).cropped(to: drawn.rect)
            let exact = seams(frame(template, drawn.exactPaste(networkLook, into: template)), over: truth, mask)
            let seamless = seams(
                frame(template, network.faded(into: template, at: drawn.rect, mask)), over: truth, mask)
            for seam in [seamless.box, seamless.fading] {
                #expect(seam.colorStep < 1, "\(name): \(seam)")
                #expect(abs(seam.energy - 1) <= 0.05, "\(name): \(seam)")
            }
            #expect(exact.box.colorStep > 4 * seamless.box.colorStep, "\(name): \(exact.box)")
            #expect(exact.box.energy > 1.05, "\(name): \(exact.box)")
        }
    }

    @Test("over the template too its border is as steep, and steps by no more than what a mouth that opens moves")
    func seamlessPasteOverTemplate() {
        for (name, templateLook, networkLook) in Self.hardCases {
            let template = drawn.image(templateLook)
            let mask = PasteMask(drawn.contour, at: drawn.rect, recipe: Self.recipe, labels: nil)
            func pasted(_ look: DrawnFace.Look) -> (box: SeamMetrics, fading: SeamMetrics) {
                let face = drawn.image(look).cropped(to: drawn.rect)
                return seams(frame(template, face.faded(into: template, at: drawn.rect, mask)), over: template, mask)
            }
            let (exact, seamless) = (
                seams(frame(template, drawn.exactPaste(networkLook, into: template)), over: template, mask),
                pasted(networkLook)
            )
            // It is there without a cast too.
            var plainLook = networkLook
            plainLook.cast = 0
            let plain = pasted(plainLook)
            let moved = networkLook.opening > 0 ? max(plain.box.colorStep, plain.fading.colorStep) : 0
            for seam in [seamless.box, seamless.fading] {
                #expect(seam.colorStep < 1 + moved, "\(name): \(seam)")
                #expect(abs(seam.energy - 1) <= 0.05, "\(name): \(seam)")
            }
            #expect(exact.box.colorStep > 4 * seamless.box.colorStep, "\(name): \(exact.box)")
            #expect(exact.box.energy > 1.05, "\(name): \(exact.box)")
        }
    }

    @Test("a border that is outside of the image is passed over")
    func outside() {
        let image = drawn.image()
        let small = image.cropped(to: PixelRect(x: 0, y: 0, width: 12, height: 12))
        let seam = SeamMetrics(small, over: small, along: .box(PixelRect(x: 0, y: 0, width: 12, height: 12)))
        #expect(seam.energy == 1 && seam.colorStep == 0)
    }
}
