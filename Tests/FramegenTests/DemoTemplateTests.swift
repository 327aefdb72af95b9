import Foundation
import Framegen
import Media
import TestSupport
import Testing

@Suite("The demo's template to render with")
struct DemoTemplateTests {
    private let mira = Fixtures.demoPath("mira")

    @Test("has the images and landmarks that the golden data rests on")
    func files() throws {
        for folder in ["full_body_img", "landmarks"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(mira)/\(folder)")
            let old = try FileManager.default.contentsOfDirectory(atPath: "\(Demo.template)/\(folder)")
            #expect(Set(names) == Set(old))
            for name in names {
                #expect(
                    FileManager.default.contentsEqual(
                        atPath: "\(mira)/\(folder)/\(name)", andPath: "\(Demo.template)/\(folder)/\(name)"))
            }
        }
        #expect(try Template(path: mira, usesParsing: true, decoder: ImageFileDecoder()).frames.count == 100)
    }

    @Test("labels the chain as torso, and no other part anew but the neck", arguments: [0, 37, 99])
    func labels(number: Int) throws {
        let decoder = ImageFileDecoder()
        let image = try decoder.decodeImage(at: "\(mira)/full_body_img/\(number).jpg")
        let old = try decoder.decodeImage(at: "\(Demo.template)/parsing/\(number).png")
        let new = try decoder.decodeImage(at: "\(mira)/parsing/\(number).png")
        #expect(new.size == image.size && new.size == old.size)
        let (torso, neck): ([UInt8], [UInt8]) = ([0, 0, 255], [0, 255, 0])
        let (old8, new8, image8) = (Array(old.pixels), Array(new.pixels), Array(image.pixels))
        var (chainPixels, wrongPixels) = (0, 0)
        // Below the chin's shadow, in which skin is as dark as gold.
        for y in 588..<image.height {
            for start in stride(from: y * image.bytesPerRow, to: (y + 1) * image.bytesPerRow, by: 3) {
                let labels = (old: Array(old8[start..<start + 3]), new: Array(new8[start..<start + 3]))
                if labels.old != labels.new, labels.old != neck || labels.new != torso { wrongPixels += 1 }
                // Gold is yellower than skin.
                let (blue, red) = (Double(image8[start]), Double(image8[start + 2]))
                guard labels.old == neck, red > 150, blue < 0.45 * red else { continue }
                chainPixels += 1
                if labels.new != torso { wrongPixels += 1 }
            }
        }
        #expect(chainPixels > 200 && wrongPixels == 0)
    }
}
