import Foundation
import FrameGeneration
import FramegenTools
import Media
import TestSupport
import Testing

@Suite("What of a template will look bad") struct TemplateFaultTests {
    private let folder: TemporaryFolder
    private let drawn = DrawnFace()

    init() throws { folder = try TemporaryFolder() }

    /// Inspects a template of ten images of the drawn face, whose images and places a test changes.
    private func faults(
        of drawn: DrawnFace? = nil, image change: (Int, DrawnFace) -> PixelImage = { _, drawn in drawn.image() },
        place: (Int) -> (x: Int, y: Int) = { _ in (0, 0) }
    ) async throws -> [TemplateFault] {
        let drawn = drawn ?? self.drawn
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        let points = try Landmarks(text: drawn.landmarks, path: "drawn face").points
        // Where the drawn face has no points for its mouth.
        let mouth = (x: drawn.size.width / 2, y: drawn.rect.y + drawn.rect.height / 2)
        for index in 0..<10 {
            try folder.write(try PNGEncoder().encode(change(index, drawn)), to: "full_body_img/\(index).png")
            let move = place(index)
            let lines = points.enumerated().map { number, point in
                let point = number < 90 ? (x: point.x, y: point.y) : mouth
                return "\(point.x + move.x) \(point.y + move.y)"
            }
            try folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(index).lms")
        }
        guard case .template(let template) = try await Inspection(path: folder.path) else {
            throw FramegenError(.internalFailure, "\(folder.path) was not taken for a template")
        }
        try await template.writeContactSheet(to: folder.file("sheet.png"), overwrites: true)
        #expect(template.faults.allSatisfy { !$0.frames.isEmpty && $0.frames.contains($0.worstFrame) })
        #expect(template.faults.allSatisfy { !$0.finding.isEmpty && !$0.advice.isEmpty })
        return template.faults
    }

    private func look(_ change: (inout DrawnFace.Look) -> Void) -> DrawnFace.Look {
        var look = DrawnFace.Look()
        change(&look)
        return look
    }

    @Test("is nothing where the face is steady, small and well lit")
    func none() async throws { #expect(try await faults().isEmpty) }

    @Test("is a face larger than the network's square")
    func large() async throws {
        let faults = try await faults(of: DrawnFace(side: 400))
        #expect(faults.map(\.kind) == [.large] && faults[0].frames.count == 10)
        #expect(faults[0].finding.contains("400") && faults[0].finding.contains("1.2 times"))
        #expect(faults[0].advice.contains("--sharpen"))
    }

    @Test("is a light that flickers, and one that wanders")
    func light() async throws {
        let flicker = try await faults(image: { index, drawn in drawn.image(look { $0.cast = index == 6 ? 9 : 0 }) })
        #expect(flicker.map(\.kind) == [.light] && flicker[0].frames == [6, 7])
        #expect(flicker[0].finding.contains("9.0 levels"))
        let wandering = try await faults(
            image: { index, drawn in drawn.image(look { $0.cast = -2.9 * Float(index) }) })
        #expect(wandering.map(\.kind) == [.light])
        #expect(wandering[0].frames.contains(0) && wandering[0].frames.contains(9))
    }

    @Test("is a box that trembles, and how much --steady takes away")
    func jitter() async throws {
        let faults = try await faults(place: { (x: $0 == 5 ? 3 : 0, y: 0) })
        // The path of the frames beside it leaves their places by 0.6 pixels, which whole pixels alone may.
        #expect(faults.map(\.kind) == [.jitter] && faults[0].frames == [5])
        // 3 pixels beside the mean of five, one of which it is itself.
        #expect(faults[0].finding.contains("2.4 at most") && faults[0].finding.contains("with --steady"))
    }

    @Test("is a box that reaches out of the image, and a mouth that is not in it")
    func outside() async throws {
        // What a box shows on its way over a still image changes too.
        let faults = try await faults(place: { (x: 0, y: $0 * 10) })
        let outside = try #require(faults.first { $0.kind == .outside })
        // The box's lower edge is 30 pixels above the image's.
        #expect(outside.frames == Array(4...9))
        let mouth = try #require(faults.first { $0.kind == .mouth })
        #expect(mouth.frames.contains(9) && !mouth.frames.contains(4))
    }

    @Test("is an image that is blurred, and one whose light is burnt out")
    func detail() async throws {
        let blur = try await faults(image: { index, drawn in
            let image = drawn.image()
            guard index == 4 else { return image }
            return image.resizedBilinear(to: ImageSize(width: 60, height: 60)).resizedBilinear(to: image.size)
        })
        #expect(blur.map(\.kind) == [.blur] && blur[0].frames == [4])
        // A dark image has less contrast, and is as sharp.
        let dark = try await faults(image: { index, drawn in
            var image = drawn.image()
            if index == 4 { for i in image.pixels.indices { image.pixels[i] /= 4 } }
            return image
        })
        #expect(dark.map(\.kind) == [.light])
        let burnt = try await faults(image: { _, drawn in
            var image = drawn.image()
            for y in 60..<80 {
                for i in (y * image.width + 70) * 3..<(y * image.width + 110) * 3 { image.pixels[i] = 255 }
            }
            return image
        })
        #expect(burnt.map(\.kind) == [.clipped] && burnt[0].frames.count == 10)
        // Skin that is too light loses its red and green, and still has blue.
        let exposed = try await faults(image: { index, drawn in drawn.image(look { $0.cast = index == 2 ? 90 : 0 }) })
        #expect(exposed.first { $0.kind == .clipped }?.frames == [2])
    }

    @Test("is a hand before the mouth, and not a mouth that opens or a light that changes")
    func covered() async throws {
        let faults = try await faults(image: { index, drawn in
            var image = drawn.image(look { $0.opening = index % 4 == 0 ? 0.1 : 0 })
            guard (3...4).contains(index) else { return image }
            let (columns, rows) = (drawn.rect.width * 2 / 10, drawn.rect.height * 4 / 10)
            for y in drawn.rect.y + rows..<drawn.rect.y + 2 * rows {
                for x in drawn.rect.x + columns..<drawn.rect.x + 4 * columns {
                    for (channel, level) in [110, 125, 165].enumerated() {
                        image.pixels[(y * image.width + x) * 3 + channel] = UInt8(level)
                    }
                }
            }
            return image
        })
        let covered = try #require(faults.first { $0.kind == .covered })
        #expect(covered.frames == [3, 4] && covered.advice.contains("--walk"))
        let light = try await self.faults(image: { index, drawn in drawn.image(look { $0.cast = index > 5 ? 30 : 0 }) })
        #expect(light.map(\.kind) == [.light])
    }

    @Test("has a picture on the sheet for each, below the others")
    func sheet() async throws {
        _ = try await faults()
        let plain = try ImageFileDecoder().decodeImage(at: folder.file("sheet.png"))
        _ = try await faults(place: { (x: $0 == 5 ? 3 : 0, y: 0) })
        let withFault = try ImageFileDecoder().decodeImage(at: folder.file("sheet.png"))
        #expect(withFault.width == plain.width && withFault.height == plain.height + drawn.size.height + 4)
    }
}
