import Foundation
import Framegen
import TestSupport
import Testing

// The README's example, to the letter, so that it is compiled.
private func render() async throws {
    var request = GenerationRequest(
        checkpointPath: "Demo/checkpoint/unet_328.fp16.pth",
        templatePath: "Demo/template",
        audioPath: "Demo/audio/speech.wav",
        audioEncoderPath: "Demo/checkpoint/audio_encoder.fp16.pth")
    request.frameLimit = 100

    for try await frame in try await FrameGenerator(request).frames {
        print(frame.index, frame.image.width, frame.image.height)  // frame.image.pixels: blue, green, red
    }
}

func renderParts() async throws {
    let template = try Template(path: "Demo/template", usesParsing: false, decoder: ImageFileDecoder())
    let features = try FeatureFile(path: "Demo/audio/aud_ave.npy", defaultRowSize: 512)
    let generator = try await FrameGenerator(
        checkpointPath: "Demo/checkpoint/unet_328.fp16.pth", template: template, features: features)

    for try await frame in generator.frames where frame.index < 100 {
        print(frame.index, frame.templateIndex)
    }
}

@Suite("The README")
struct ReadmeTests {
    @Test("shows the example that is compiled here, and files that exist")
    func example() throws {
        let readme = try String(contentsOf: Fixtures.packageFolder.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(
            readme.split(separator: "```swift\n").dropFirst().first?.split(separator: "\n```").first)
        let code = block.split(separator: "\n\n", maxSplits: 1)
        try #require(code.count == 2 && code[0] == "import Framegen")
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        #expect(source.contains("private \(code[1])"))

        for match in block.matches(of: /"(Demo\/[^"]+)"/) {
            let path = Fixtures.packageFolder.appending(path: String(match.1)).path(percentEncoded: false)
            #expect(FileManager.default.fileExists(atPath: path), "\(path)")
        }
    }

    @Test("names only flags that the command has")
    func flags() throws {
        let readme = try String(contentsOf: Fixtures.packageFolder.appending(path: "README.md"), encoding: .utf8)
        let helpFile = Fixtures.packageFolder.appending(path: "Tests/FramegenCommandsTests/Help/generate.txt")
        let help = try String(contentsOf: helpFile, encoding: .utf8)
        let known = Set(help.matches(of: /--[a-z-]+/).map { String($0.output) })
        let named = Set(readme.matches(of: /`(--[a-z-]+)/).map { String($0.1) })
        #expect(named.count > 10)
        #expect(named.subtracting(known).isEmpty)
    }
}
