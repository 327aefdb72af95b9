import Foundation
import FrameGeneration
import FramegenTools
import Media
import TestSupport
import Testing

@Suite("The contact sheet") struct ContactSheetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func sheet(of path: String, to name: String = "sheet.png", overwrites: Bool = false) async throws
        -> PixelImage
    {
        guard case .template(let template) = try await Inspection(path: path) else {
            throw FramegenError(.internalFailure, "\(path) was not taken for a template")
        }
        try await template.writeContactSheet(to: folder.file(name), overwrites: overwrites)
        return try ImageFileDecoder().decodeImage(at: folder.file(name))
    }

    private func pixel(_ image: PixelImage, _ x: Int, _ y: Int) -> [UInt8] {
        let index = (y * image.width + x) * 3
        return Array(image.pixels[index..<index + 3])
    }

    @Test("of the demo has 24 pictures in six columns, scaled to 280 pixels")
    func demo() async throws {
        let image = try await sheet(of: Fixtures.demoPath("template"))
        #expect(image.width == 6 * 284 + 4 && image.height > 4 * 284 + 4)
        // Some of every picture is neither the gap's black nor drawn.
        for place in 0..<24 {
            let (row, column) = place.quotientAndRemainder(dividingBy: 6)
            #expect(pixel(image, 4 + column * 284 + 140, 4 + row * 284 + 20) != [0, 0, 0])
        }
    }

    @Test("shows box, mask, landmarks and index where they are")
    func drawing() async throws {
        // The second box reaches out at the right, the third image cannot be read.
        let template = try ImageTemplate(boxes: [(8, 40, 4), (40, 72, 4), (8, 40, 4)], in: folder)
        try template.write(Array("no image".utf8), to: "full_body_img/2.png")
        let image = try await sheet(of: template.path)
        let (green, red, yellow, magenta): ([UInt8], [UInt8], [UInt8], [UInt8]) = (
            [64, 220, 64], [48, 48, 255], [0, 215, 255], [255, 0, 255]
        )
        // Box: columns 8…39, rows 4…35 of the first picture, which stands 4 pixels inside.
        for (x, y) in [(8, 30), (39, 30), (20, 35)] { #expect(pixel(image, 4 + x, 4 + y) == green, "\(x), \(y)") }
        #expect(pixel(image, 4 + 40, 4 + 30) == [100, 100, 100])
        // Mask: from 9 of 328 to 319, here 32 pixels a side.
        #expect(pixel(image, 4 + 8 + 1, 4 + 30) == yellow && pixel(image, 4 + 8 + 30, 4 + 30) == yellow)
        #expect(pixel(image, 4 + 24, 4 + 14) == magenta && pixel(image, 4 + 25, 4 + 15) == magenta)
        #expect(pixel(image, 4 + 68 + 40, 4 + 30) == red && pixel(image, 4 + 68 + 63, 4 + 30) == red)
        #expect(pixel(image, 4 + 2 * 68 + 20, 4 + 30) == [96, 96, 96])
        // 1 has its stem in the middle of five dots, two pixels each, behind a margin of one dot.
        #expect(pixel(image, 4 + 68 + 6, 4 + 8) == [255, 255, 255] && pixel(image, 4 + 68 + 2, 4 + 8) == [0, 0, 0])
        #expect(pixel(image, 4 + 2, 4 + 8) == [255, 255, 255] && pixel(image, 4 + 4, 4 + 8) == [0, 0, 0])
    }

    @Test("has a legend below the pictures of everything that can be drawn, at any width", arguments: [1, 24])
    func legend(frameCount: Int) async throws {
        let template = try ImageTemplate(boxes: Array(repeating: (8, 40, 4), count: frameCount), in: folder)
        let image = try await sheet(of: template.path)
        let picturesBottom = (frameCount == 1 ? 1 : 4) * 52 + 4
        let rows = picturesBottom..<image.height
        func columns(_ colour: [UInt8]) -> [Int] {
            (0..<image.width).filter { x in rows.contains { pixel(image, x, $0) == colour } }
        }
        for colour: [UInt8] in [[64, 220, 64], [48, 48, 255], [0, 215, 255], [255, 0, 255], [96, 96, 96]] {
            #expect(!columns(colour).isEmpty, "\(colour)")
        }
        // White is for letters alone, which stay inside.
        let letters = columns([255, 255, 255])
        #expect(letters.count > 100 && letters.last ?? 0 < image.width - 4)
        #expect((0..<image.width).allSatisfy { pixel(image, $0, image.height - 1) == [0, 0, 0] })
    }

    @Test("takes frames from the first to the last, evenly", arguments: [25, 100, 1234])
    func spread(count: Int) {
        let frames = ContactSheet.spread(count: count)
        #expect(frames.count == 24 && frames.first == 0 && frames.last == count - 1)
        let steps = zip(frames, frames.dropFirst()).map { $1 - $0 }
        #expect((steps.max() ?? 0) - (steps.min() ?? 0) <= 1 && steps.min() ?? 0 >= 1)
        #expect(ContactSheet.spread(count: 3) == [0, 1, 2])
    }

    @Test("replaces no file unless that is allowed")
    func overwriting() async throws {
        let template = try ImageTemplate(boxes: [(8, 40, 4)], in: folder)
        try folder.write([1, 2, 3], to: "sheet.png")
        let error = await #expect(throws: FramegenError.self) { _ = try await sheet(of: template.path) }
        #expect(error?.code == .cannotWrite && error?.message.contains("sheet.png") == true)
        #expect(FileManager.default.contents(atPath: folder.file("sheet.png")) == Data([1, 2, 3]))
        #expect(try await sheet(of: template.path, overwrites: true).width >= 72)
        let image = template.file("full_body_img/0.png")
        let before = FileManager.default.contents(atPath: image)
        let input = await #expect(throws: FramegenError.self) {
            _ = try await sheet(of: template.path, to: "template/full_body_img/0.png", overwrites: true)
        }
        #expect(input?.code == .invalidRequest && FileManager.default.contents(atPath: image) == before)
        let nowhere = await #expect(throws: FramegenError.self) {
            _ = try await sheet(of: template.path, to: "no folder/sheet.png")
        }
        #expect(nowhere?.code == .cannotWrite)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["sheet.png", "template"])
    }
}
