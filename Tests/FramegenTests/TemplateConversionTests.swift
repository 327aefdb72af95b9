import Foundation
import FramegenTools
import Media
import Synchronization
import TestSupport
import Testing

@Suite("Converting a template to PNG")
struct TemplateConversionTests {
    private let folder: TemporaryFolder
    private let template: ImageTemplate
    private var output: String { folder.file("deep/person-png") }

    /// Three JPEG images with an edge that no two decoders need to agree on, numbered as some programs do.
    init() throws {
        folder = try TemporaryFolder(named: "template 模板")
        template = try ImageTemplate(
            boxes: [(8, 40, 4), (9, 41, 5), (10, 42, 6)], hasParsing: true, in: folder)
        for index in 0..<3 {
            try FileManager.default.removeItem(atPath: template.file("full_body_img/\(index).png"))
            let bytes = try JPEGEncoder(quality: 60).encode(Self.image(index))
            try template.write(bytes, to: "full_body_img/0\(index).jpg")
        }
        try template.write(Array("notes".utf8), to: "notes.txt")
    }

    private static func image(_ index: Int) -> PixelImage {
        let bytes = (0..<64 * 48 * 3).map { place in
            UInt8(truncatingIfNeeded: (place % 192 < 90 ? 200 : 30) + (place &* 37 &+ index &* 11) % 40)
        }
        return PixelImage(width: 64, height: 48, pixels: bytes)
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private var request: TemplateConversionRequest {
        TemplateConversionRequest(templatePath: template.path, outputPath: output)
    }

    private func expectRefusal(
        _ code: FramegenError.Code, saying words: String..., of request: TemplateConversionRequest
    ) async throws {
        do throws(FramegenError) {
            _ = try await request.convert()
            Issue.record("it was converted")
        } catch {
            #expect(error.code == code)
            for word in words { #expect(error.message.contains(word), "\(error.message)") }
        }
    }

    /// Every frame of a walk forth and back, with a face that is made of the template's own pixels.
    private func frames(of path: String) async throws -> [PixelImage] {
        let template = try Template(path: path, usesParsing: true, decoder: ImageFileDecoder())
        let avatar = try await Avatar.test(
            template, engine: PassThroughEngine(), platform: .test(imageDecoder: ImageFileDecoder()))
        return try await avatar.speak(.rows(FeatureRows(Tensor(zeros: [7, 2, 1024])))).images()
    }

    @Test("keeps the pixels, the landmarks and the numbers, and renders the same bytes")
    func same() async throws {
        let events = Mutex<[String]>([])
        var request = request
        request.outputPath += "/"
        let summary = try await request.convert { event in
            switch event {
            case .started(let count): events.withLock { $0.append("\(count) images") }
            case .imagesFinished(let count): events.withLock { $0.append("\(count)") }
            }
        }
        #expect(events.withLock { $0 } == ["6 images", "6"])
        #expect(summary.path == output && summary.imageCount == 3 && summary.parsingCount == 3)
        #expect(summary.imageSize == ImageSize(width: 64, height: 48))
        #expect(try names(folder.file("deep")) == ["person-png"])
        #expect(try names(output) == ["full_body_img", "landmarks", "parsing"])
        #expect(try names("\(output)/full_body_img") == ["00.png", "01.png", "02.png"])
        #expect(try names("\(output)/parsing") == ["0.png", "1.png", "2.png"])
        let decoder = ImageFileDecoder()
        var byteCount = 0
        for index in 0..<3 {
            let original = try decoder.decodeImage(at: template.file("full_body_img/0\(index).jpg"))
            #expect(try decoder.decodeImage(at: "\(output)/full_body_img/0\(index).png") == original)
            #expect(
                FileManager.default.contentsEqual(
                    atPath: template.file("landmarks/\(index).lms"), andPath: "\(output)/landmarks/\(index).lms"))
            for name in ["full_body_img/0\(index).png", "landmarks/\(index).lms", "parsing/\(index).png"] {
                byteCount += try RegularFile("\(output)/\(name)").byteCount
            }
        }
        #expect(summary.byteCount == byteCount)
        let (original, converted) = (try await frames(of: template.path), try await frames(of: output))
        #expect(original.count == 7 && original == converted)
        #expect(Set(original.map { Array($0.pixels) }).count == 3)
    }

    @Test("replaces a template only when told to, and never a folder that holds more")
    func replacing() async throws {
        _ = try await request.convert()
        try await expectRefusal(.cannotWrite, saying: output, "already exists", of: request)
        try FileManager.default.removeItem(atPath: "\(output)/parsing")
        var request = request
        request.overwrites = true
        _ = try await request.convert()
        #expect(try names(output) == ["full_body_img", "landmarks", "parsing"])
        try folder.write([1], to: "deep/person-png/unet.pth")
        try await expectRefusal(.cannotWrite, saying: output, "not a template with nothing else", of: request)
        #expect(try names(output).contains("unet.pth"))
        #expect(try names(folder.file("deep")) == ["person-png"])
    }

    @Test("writes neither over the template nor over a folder that it is in")
    func place() async throws {
        var request = request
        request.overwrites = true
        request.outputPath = template.path
        try await expectRefusal(.invalidRequest, saying: template.path, of: request)
        request.outputPath = folder.path
        try await expectRefusal(.invalidRequest, saying: folder.path, "is in it", of: request)
        request.outputPath = ""
        try await expectRefusal(.invalidRequest, saying: "an empty name", of: request)
        #expect(try names(template.path).contains("notes.txt"))
    }

    @Test("names every image that cannot be decoded, leaves nothing, and an older template as it was")
    func damage() async throws {
        _ = try await request.convert()
        let before = try names("\(output)/full_body_img")
        // Whole by its beginning and its end; only decoding tells.
        let damaged = try JPEGEncoder().encode(Self.image(1)).dropLast(100) + [0xff, 0xd9]
        let image = template.file("full_body_img/01.jpg")
        try template.write(Array(damaged), to: "full_body_img/01.jpg")
        var request = request
        request.overwrites = true
        try await expectRefusal(.invalidData, saying: image, of: request)
        var parsing = try PNGEncoder().encode(Self.image(2))
        parsing[parsing.count / 2] ^= 0xff
        try template.write(parsing, to: "parsing/2.png")
        try await expectRefusal(.invalidData, saying: image, template.file("parsing/2.png"), of: request)
        #expect(try names("\(output)/full_body_img") == before)
        #expect(try names(folder.file("deep")) == ["person-png"])
        try FileManager.default.removeItem(atPath: template.file("landmarks/2.lms"))
        try await expectRefusal(.notFound, saying: template.file("landmarks/2.lms"), of: request)
    }
}
