import Foundation
import TestSupport
import Testing

@Suite("framegen export")
struct ExportCommandTests {
    private let folder: TemporaryFolder
    private let encoder = Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth")

    init() throws { folder = try TemporaryFolder() }

    private func export(_ arguments: String...) async throws -> CommandProcess.Result {
        try await CommandProcess.run(
            ["export", "--checkpoint", encoder, "--output", folder.file("encoder.onnx")] + arguments)
    }

    @Test("says what it made and how close it is to the checkpoint")
    func text() async throws {
        let result = try await export("--batch", "dynamic", "--weights", "fp16", "--no-fold")
        #expect(result.exitCode == 0)
        #expect(result.errors.isEmpty)
        let lines = result.output.split(separator: "\n")
        try #require(lines.count == 4)
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: folder.file("encoder.onnx"))[.size] as? Int)
        let megabytes = String(format: "%.1f MB", Double(size) / 1e6)
        #expect(
            lines[0].hasPrefix("model: \(folder.file("encoder.onnx")), AVE audio encoder, \(megabytes), fp16 weights"))
        #expect(lines[1] == "inputs: mel batch×1×80×16")
        #expect(lines[2] == "output: emb batch×512×1×1")
        #expect(lines[3].hasPrefix("validated: onnxruntime against the reference engine, largest difference "))
        #expect(lines[3].contains("(allowed: 1.0e-02), mean "))
        let inspected = try await CommandProcess.run(["inspect", folder.file("encoder.onnx")])
        #expect(inspected.output.contains("AVE audio encoder"))
    }

    @Test("says the same as JSON")
    func json() async throws {
        let result = try await export("--json", "--engine", "reference", "--batch", "2")
        #expect(result.exitCode == 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["folded"] as? Bool == true)
        #expect(object["weights"] as? String == "fp32")
        #expect(object["batch"] as? Int == 2)
        let validation = try #require(object["validation"] as? [String: Any])
        #expect(validation["engine"] as? String == "reference")
        #expect(try #require(validation["largest_difference"] as? Double) <= 1e-5)
        let inputs = try #require(object["inputs"] as? [[String: Any]])
        #expect(inputs[0]["shape"] as? [Int] == [2, 1, 80, 16])
    }

    @Test("can do without the validation, and replaces a file only when told to")
    func unvalidated() async throws {
        let first = try await export("--skip-validation")
        #expect(first.output.hasSuffix("not validated\n"))
        let second = try await export("--skip-validation")
        #expect(second.exitCode == 73)
        #expect(second.errorLines.count == 1)
        #expect(second.errors.contains("already exists"))
        #expect(try await export("--skip-validation", "--overwrite").exitCode == 0)
    }

    @Test(
        "answers wrong flags with the flag, the value and what was expected",
        arguments: [
            (["--batch", "0"], "'0' is invalid for '--batch <n>': expected 1 to 64 or dynamic"),
            (["--batch", "-3"], "'-3' is invalid"), (["--batch", "many"], "'many' is invalid"),
            (["--weights", "int8"], "int8"), (["--checkpoint", ""], "--checkpoint is empty"),
            (["--mode", "ave"], "audio encoder"), (["--output", "x.pth"], ".onnx"),
        ])
    func wrongFlags(flags: [String], message: String) async throws {
        let result = try await CommandProcess.run(
            ["export", "--checkpoint", encoder, "--output", folder.file("encoder.onnx")] + flags)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
