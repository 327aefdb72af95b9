import Foundation
import FrameGeneration
import FramegenTools
import Media
import TestSupport
import Testing

@Suite("Inspecting a template") struct TemplateInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspect(_ path: String) async throws -> TemplateInspection {
        guard case .template(let template) = try await Inspection(path: path) else {
            throw FramegenError(.internalFailure, "\(path) was not taken for a template")
        }
        return template
    }

    @Test("counts the demo's files and measures its boxes")
    func demo() async throws {
        let template = try await inspect(Fixtures.demoPath("template"))
        #expect(template.imageCount == 100 && template.landmarkCount == 100 && template.parsingCount == 100)
        #expect(template.imageSize == ImageSize(width: 720, height: 720))
        // 1, 2, …, 99, 98, …, 0 and again.
        #expect(template.periodInFrames == 198)
        #expect(abs(template.periodInSeconds - 7.92) < 1e-9)
        #expect(template.problems.isEmpty && template.clippedFrames.isEmpty && template.tooSmallFrames.isEmpty)
        let rects = try Template(
            path: Fixtures.demoPath("template"), usesParsing: true, decoder: TextlessDecoder()
        ).frames.map(\.cropRect)
        #expect(template.frames.map(\.box) == rects)
        let sides = rects.map(\.width).sorted()
        #expect(template.boxSide?.min == Double(sides[0]) && template.boxSide?.max == Double(sides[99]))
        #expect(template.boxSide?.median == Double(sides[49] + sides[50]) / 2)
    }

    @Test("the period is that of the walk which generate takes", arguments: [1, 2, 3, 7])
    func period(count: Int) async throws {
        let template = try await inspect(
            ImageTemplate(boxes: [(left: Int, right: Int, top: Int)](repeating: (8, 40, 4), count: count), in: folder)
                .path)
        var walk = PingPong(count: count)
        let indices = (0..<50).compactMap { _ in walk.next() }
        let periods = (1...20).filter { period in (0..<30).allSatisfy { indices[$0] == indices[$0 + period] } }
        #expect(template.periodInFrames == periods.first)
    }

    @Test("a box that moves and grows evenly has no jitter")
    func evenMotion() throws {
        let boxes = (0..<20).map { PixelRect(x: 10 + 3 * $0, y: 50 - 2 * $0, width: 100 + $0, height: 100 + $0) }
        let jitter = try #require(BoxJitter(boxes))
        #expect(jitter.corner.max < 1e-9 && jitter.side.max < 1e-9)
    }

    @Test("one box out of place is found, by four fifths of its distance from the mean of five")
    func outlier() throws {
        var boxes = [PixelRect?](repeating: PixelRect(x: 100, y: 100, width: 80, height: 80), count: 11)
        boxes[6] = PixelRect(x: 106, y: 108, width: 85, height: 85)
        let jitter = try #require(BoxJitter(boxes))
        #expect(jitter.worstCornerFrame == 6 && jitter.worstSideFrame == 6)
        #expect(abs(jitter.corner.max - 8) < 1e-9 && abs(jitter.side.max - 4) < 1e-9)
        // Of the seven frames with whole neighbourhoods five see the displaced box.
        #expect(abs(jitter.corner.median - 2) < 1e-9 && jitter.corner.min == 0)
    }

    @Test("jitter is not told from fewer than five frames in a row")
    func tooFewFrames() {
        let box = PixelRect(x: 1, y: 2, width: 30, height: 30)
        #expect(BoxJitter([box, box, box, box]) == nil)
        #expect(BoxJitter([box, box, nil, box, box, nil, box, box, box, box]) == nil)
        #expect(BoxJitter([box, box, box, box, box]) != nil)
    }

    @Test("boxes that are clipped, too small, inverted or larger than a generator's square are listed")
    func boxes() async throws {
        let template = try ImageTemplate(
            boxes: [(50, 400, 60), (-5, 100, 40), (300, 420, -3), (350, 450, 250), (395, 500, 20), (90, 80, 20)],
            size: ImageSize(width: 400, height: 300), in: folder)
        let inspection = try await inspect(template.path)
        #expect(
            inspection.frames.map(\.clippedAt) == [
                [.bottom], [.left], [.top, .right], [.right, .bottom], [.right], [],
            ])
        #expect(inspection.clippedFrames == [0, 1, 2, 3, 4])
        #expect(inspection.tooSmallFrames == [4])
        #expect(inspection.problems.count == 1 && inspection.problems[0].contains("5.lms"))
        #expect(inspection.blurredFrames.map(\.cropSide) == [328, 168])
        #expect(inspection.blurredFrames.map(\.generators)[0] == ["SyncTalk_2D 328"])
        #expect(inspection.blurredFrames.map(\.generators)[1].allSatisfy { $0.hasSuffix(" 160") })
        #expect(inspection.blurredFrames.map(\.frames) == [[0], [0]])
    }

    @Test("what is wrong with files is told, and the rest is looked at")
    func faultyFiles() async throws {
        let template = try ImageTemplate(
            boxes: [(left: Int, right: Int, top: Int)](repeating: (8, 40, 4), count: 6), hasParsing: true, in: folder)
        try FileManager.default.removeItem(atPath: template.file("landmarks/1.lms"))
        try template.write(Array("1 2\n".utf8), to: "landmarks/2.lms")
        try template.write(Array("no image".utf8), to: "full_body_img/3.png")
        try template.writeImage(ImageSize(width: 32, height: 48), to: "full_body_img/4.png")
        try template.writeImage(ImageSize(width: 10, height: 10), to: "parsing/5.png")
        let inspection = try await inspect(template.path)
        #expect(inspection.imageCount == 6 && inspection.landmarkCount == 5 && inspection.frames.count == 6)
        for name in [
            "landmarks/1.lms", "landmarks/2.lms", "full_body_img/3.png", "full_body_img/4.png", "parsing/5.png",
        ] {
            #expect(inspection.problems.contains { $0.contains(name) }, "\(name) in \(inspection.problems)")
        }
        #expect(inspection.frames.map { $0.box != nil } == [true, false, false, true, true, true])
        try FileManager.default.removeItem(atPath: template.file("landmarks"))
        try FileManager.default.removeItem(atPath: template.file("parsing"))
        let bare = try await inspect(template.path)
        #expect(bare.landmarkCount == 0 && bare.parsingCount == nil && bare.boxSide == nil && bare.jitter == nil)
        #expect(bare.problems.contains { $0.contains("/landmarks") })
    }

    @Test("an image whose pixels are damaged is told, though its header and its end are good")
    func damagedPixels() async throws {
        let template = try ImageTemplate(boxes: [(8, 40, 4), (8, 40, 4), (8, 40, 4)], hasParsing: true, in: folder)
        for name in ["full_body_img/1.png", "parsing/2.png"] {
            var bytes = Array(try Data(contentsOf: URL(filePath: template.file(name))))
            bytes[try #require(Data(bytes).range(of: Data("IDAT".utf8))).upperBound + 3] ^= 0xFF
            try template.write(bytes, to: name)
            _ = try ImageFileDecoder().size(ofImageAt: template.file(name))
        }
        let problems = try await inspect(template.path).problems
        #expect(problems.count == 2)
        for name in ["full_body_img/1.png", "parsing/2.png"] {
            #expect(problems.contains { $0.contains(name) }, "\(name) in \(problems)")
        }
    }

    @Test("numbers that do not follow each other are told")
    func gap() async throws {
        let template = try ImageTemplate(boxes: [(8, 40, 4), (8, 40, 4), (8, 40, 4)], in: folder)
        try FileManager.default.removeItem(atPath: template.file("full_body_img/1.png"))
        let inspection = try await inspect(template.path)
        #expect(inspection.imageCount == 2)
        #expect(inspection.problems.contains { $0.contains("full_body_img/1.") })
    }

    @Test("a folder that is no template, and one without images, are refused")
    func noTemplate() async throws {
        var error = await #expect(throws: FramegenError.self) { _ = try await Inspection(path: folder.path) }
        #expect(error?.code == .invalidData && error?.message.contains("full_body_img") == true)
        try FileManager.default.createDirectory(
            atPath: folder.file("full_body_img"), withIntermediateDirectories: true)
        error = await #expect(throws: FramegenError.self) { _ = try await Inspection(path: folder.path) }
        #expect(error?.code == .invalidData && error?.message.contains("no numbered images") == true)
    }
}

/// The demo's images without reading them.
private struct TextlessDecoder: ImageDecoding {
    func size(ofImageAt path: String) -> ImageSize { ImageSize(width: 720, height: 720) }
    func decodeImage(at path: String) -> PixelImage { PixelImage(width: 720, height: 720) }
}
