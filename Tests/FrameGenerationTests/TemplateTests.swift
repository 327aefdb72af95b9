import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Opening a template")
struct TemplateTests {
    @Test("orders images by number, not by name, and crops by landmarks")
    func order() throws {
        let template = try TemplateFolder(images: Array(0...11), landmarks: Array(0...11)).open()
        #expect(template.frames.map { URL(filePath: $0.imagePath).lastPathComponent } == (0...11).map { "\($0).jpg" })
        #expect(template.imageSize == ImageSize(width: 64, height: 48))
        #expect(template.frames[3].cropRect == PixelRect(x: 8, y: 4, width: 32, height: 32))
        #expect(template.frames[3].parsingPath == nil)
    }

    @Test("one image is enough")
    func oneImage() throws {
        #expect(try TemplateFolder(images: [0], landmarks: [0]).open().frames.count == 1)
    }

    @Test("images from 1 take the landmarks of the number before when those start at 0")
    func imagesFromOne() throws {
        let folder = try TemplateFolder(images: [1, 2, 3], landmarks: [0, 1, 2], parsing: [1, 2, 3])
        try folder.writeLandmarks(0, left: 10)
        try folder.writeLandmarks(2, left: 12)
        let frames = try folder.open(usesParsing: true).frames
        #expect(frames.map(\.cropRect.x) == [10, 8, 12])
        #expect(frames.map { $0.parsingPath?.suffix(5) } == ["1.png", "2.png", "3.png"])
    }

    @Test("images and landmarks may both start at 1")
    func bothFromOne() throws {
        let folder = try TemplateFolder(images: [1, 2], landmarks: [1, 2])
        try folder.writeLandmarks(2, left: 12)
        #expect(try folder.open().frames.map(\.cropRect.x) == [8, 12])
    }

    @Test(
        "a box over an edge is clipped to the image",
        arguments: [
            // left, right, top; expected x, y, width, height in 64×48
            (-10, 30, 4, PixelRect(x: 0, y: 4, width: 30, height: 40)),
            (8, 40, -12, PixelRect(x: 8, y: 0, width: 32, height: 20)),
            (40, 80, 4, PixelRect(x: 40, y: 4, width: 24, height: 40)),
            (8, 40, 30, PixelRect(x: 8, y: 30, width: 32, height: 18)),
            (-5, 90, -5, PixelRect(x: 0, y: 0, width: 64, height: 48)),
            (56, 88, 40, PixelRect(x: 56, y: 40, width: 8, height: 8)),
        ])
    func clipping(left: Int, right: Int, top: Int, expected: PixelRect) throws {
        let folder = try TemplateFolder(images: [0], landmarks: [0])
        try folder.writeLandmarks(0, left: left, right: right, top: top)
        #expect(try folder.open().frames[0].cropRect == expected)
    }

    @Test(
        "a box with less than 8 pixels in the image, or inverted, is an error naming the frame",
        arguments: [
            (57, 90, 4), (8, 40, 41), (-30, 7, 4), (8, 40, -25), (200, 240, 4), (20, 27, 4), (40, 8, 4), (8, 8, 4),
        ])
    func boxOutside(left: Int, right: Int, top: Int) throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        try folder.writeLandmarks(1, left: left, right: right, top: top)
        let error = #expect(throws: FramegenError.self) { try folder.open() }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("landmarks/1.lms") == true)
    }

    @Test("a gap in the images names the missing file")
    func missingImage() throws {
        try expect(.notFound, "full_body_img/2.jpg is missing", images: [0, 1, 3], landmarks: [0, 1, 2, 3])
        try expect(.notFound, "full_body_img/0.jpg is missing", images: [2, 3], landmarks: [0, 1, 2, 3])
    }

    @Test("missing landmarks name the missing file")
    func missingLandmarks() throws {
        try expect(.notFound, "landmarks/1.lms is missing", images: [0, 1, 2], landmarks: [0, 2])
    }

    @Test("missing parsing images are an error only when parsing is used")
    func missingParsing() throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1], parsing: [0])
        #expect(try folder.open().frames.count == 2)
        let error = #expect(throws: FramegenError.self) { try folder.open(usesParsing: true) }
        #expect(error?.message.contains("parsing/1.png is missing") == true)
    }

    @Test("an empty or absent folder is named")
    func emptyFolder() throws {
        try expect(.invalidData, "full_body_img holds no numbered images", images: [], landmarks: [])
        let nowhere = #expect(throws: FramegenError.self) {
            try Template(path: "/nowhere/at all", usesParsing: false, decoder: TextImageDecoder())
        }
        #expect(nowhere?.code == .notFound)
        #expect(nowhere?.message == "/nowhere/at all does not exist")
        let template = try TemplateFolder(images: [0], landmarks: [0])
        let within = #expect(throws: FramegenError.self) {
            try Template(
                path: "\(template.folder.path)/full_body_img", usesParsing: false, decoder: TextImageDecoder())
        }
        #expect(within?.message.contains("the folder above it may be one") == true, "\(within?.message ?? "")")
    }

    @Test("images of another size, and two files of one number, are named")
    func mixedSizes() throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        try folder.folder.write(Array("64x50 0".utf8), to: "full_body_img/1.jpg")
        var error = #expect(throws: FramegenError.self) { try folder.open() }
        #expect(error?.message.contains("full_body_img/1.jpg is 64×50, expected 64×48") == true)
        try folder.folder.write(Array("64x48 0".utf8), to: "full_body_img/1.png")
        error = #expect(throws: FramegenError.self) { try folder.open() }
        #expect(error?.message.contains("both 1.jpg and 1.png") == true)
    }

    @Test("parsing images of another size are named")
    func parsingSize() throws {
        let folder = try TemplateFolder(images: [0], landmarks: [0], parsing: [0])
        try folder.folder.write(Array("63x48 0".utf8), to: "parsing/0.png")
        let error = #expect(throws: FramegenError.self) { try folder.open(usesParsing: true) }
        #expect(error?.message.contains("parsing/0.png is 63×48, expected 64×48") == true)
    }

    @Test("files that are no part of a template are passed over")
    func strayFiles() throws {
        let folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        for name in [".DS_Store", "Thumbs.db", "notes.txt", "1.jpg.bak", "-3.jpg"] {
            try folder.folder.write([1], to: "full_body_img/\(name)")
        }
        #expect(try folder.open().frames.count == 2)
    }

    private func expect(_ code: FramegenError.Code, _ text: String, images: [Int], landmarks: [Int]) throws {
        let folder = try TemplateFolder(images: images, landmarks: landmarks)
        let error = #expect(throws: FramegenError.self) { try folder.open() }
        #expect(error?.code == code)
        #expect(error?.message.contains(text) == true)
    }
}
