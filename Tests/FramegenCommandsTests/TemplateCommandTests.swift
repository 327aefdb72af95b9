import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("framegen template", .timeLimit(.minutes(5)))
struct TemplateCommandTests {
    private let folder: TemporaryFolder
    private let template: ImageTemplate

    init() throws {
        folder = try TemporaryFolder(named: "framegen 模板")
        template = try ImageTemplate(boxes: [(8, 40, 4), (9, 41, 5)], in: folder)
    }

    private func convert(_ arguments: String...) async throws -> CommandProcess.Result {
        try await CommandProcess.run(["template", "convert", template.path, folder.file("png")] + arguments)
    }

    @Test("convert says what it made, and shows progress on standard error")
    func text() async throws {
        let result = try await convert("--progress", "plain")
        #expect(result.exitCode == 0)
        #expect(result.output.hasPrefix("template: \(folder.file("png")), 2 images of 64×48, "))
        #expect(result.output.contains("2 images in "))
        #expect(result.errorLines.first == "2 images" && result.errors.contains("2/2 images"))
        let inspected = try await CommandProcess.run(["inspect", folder.file("png")])
        #expect(inspected.exitCode == 0 && inspected.output.contains("64×48"))
    }

    @Test("convert answers programs in JSON, refuses what is there, and names a damaged image")
    func json() async throws {
        let result = try await convert("--json", "--progress", "json")
        #expect(result.exitCode == 0)
        let report = try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["path"] as? String == folder.file("png") && report["images"] as? Int == 2)
        #expect(report["parsing_images"] as? Int == 0 && report["width"] as? Int == 64)
        #expect(result.errors.contains(#""event":"image","image":2,"images":2"#))
        #expect(!result.errors.contains("engine"))

        let taken = try await convert()
        #expect(taken.exitCode == 73 && taken.errors.contains("already exists"))
        let image = template.file("full_body_img/1.png")
        try template.write([0x89, 0x50, 0x4e, 0x47, 1, 2, 3], to: "full_body_img/1.png")
        let damaged = try await convert("--overwrite", "--progress", "none")
        #expect(damaged.exitCode == 65 && damaged.errorLines.count == 1 && damaged.errors.contains(image))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["png", "template"])
        let empty = try await CommandProcess.run(["template", "convert", template.path, ""])
        #expect(empty.exitCode == 64 && empty.errors.contains("output is empty"))
    }
}
