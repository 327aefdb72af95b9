import Foundation
import Framegen
import TestSupport
import Testing

@Suite("What was found out about a precision")
struct PrecisionMemoryTests {
    private let template: TemplateFolder
    private let folder: TemporaryFolder
    private let outcome = PrecisionTrial.Outcome(
        fast: .bf16, worst: .init(frame: 61, face: 55, mouth: 52),
        worstWithTemplate: .init(frame: 60, face: 54, mouth: 51),
        millisecondsInFP32: 80, millisecondsInFast: 40)

    init() throws {
        template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2], parsing: [0, 1, 2])
        folder = try TemporaryFolder()
        try folder.write(Array("weights".utf8), to: "encoder.pth")
    }

    private func memory(
        engines: [String] = ["onnxruntime", "openvino"], generator: Generator = .ultralight160Hubert,
        templateCache: Int = MemoryBudget.standardInBytes, usesParsing: Bool = false
    ) throws -> PrecisionMemory {
        var parts = AvatarParts(
            generator: generator, model: try .zeros(for: generator),
            template: try template.open(usesParsing: usesParsing), engine: PassThroughEngine(), platform: .standard)
        parts.templateCacheInBytes = templateCache
        return try PrecisionMemory(
            for: parts, audioEncoderPath: folder.file("encoder.pth"), engineNames: engines,
            folder: folder.file("cache/framegen"))
    }

    @Test("is remembered for the files it was found with, and for no others")
    func remembers() throws {
        #expect(try memory().outcome == nil)
        try memory().remember(outcome)
        #expect(try memory().outcome == outcome)
        #expect(try memory(engines: ["openvino", "openvino"]).outcome == nil)
        #expect(try memory(generator: Generator.ultralight160Hubert.resizingCrops(by: .area)).outcome == nil)
        #expect(try memory(templateCache: 0).outcome == nil)
        #expect(try memory(usesParsing: true).outcome == nil)
        try template.folder.write(Array("64x48 99".utf8), to: "full_body_img/1.jpg")
        #expect(try memory().outcome == nil)
        try memory().remember(outcome)
        try folder.write(Array("other weights".utf8), to: "encoder.pth")
        #expect(try memory().outcome == nil)
    }

    @Test("is found out anew where it cannot be read, and forgotten where it cannot be written")
    func damaged() throws {
        try memory().remember(outcome)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/framegen"))
        #expect(names.count == 1)
        for name in names { try folder.write(Array("{".utf8), to: "cache/framegen/\(name)") }
        #expect(try memory().outcome == nil)
        try FileManager.default.removeItem(atPath: folder.file("cache"))
        try folder.write([], to: "cache")
        try memory().remember(outcome)
        #expect(try memory().outcome == nil)
    }
}
