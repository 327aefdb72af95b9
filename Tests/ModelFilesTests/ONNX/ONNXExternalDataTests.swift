import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Weights beside an ONNX file")
struct ONNXExternalDataTests {
    private let folder: TemporaryFolder
    private let whole: [UInt8]
    private let data: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        whole = try [UInt8](Data(contentsOf: URL(filePath: ONNXExports.path("dynamo21-external.onnx"))))
        data = try [UInt8](Data(contentsOf: URL(filePath: ONNXExports.path("dynamo21-external.onnx.data"))))
        try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    }

    /// The model with another location of the same length.
    private func model(location: String) throws -> String {
        let old = Array("dynamo21-external.onnx.data".utf8)
        let new = Array(location.utf8)
        try #require(old.count == new.count)
        var bytes = whole
        var replaced = 0
        for start in bytes.indices.dropLast(old.count) where Array(bytes[start..<start + old.count]) == old {
            bytes.replaceSubrange(start..<start + old.count, with: new)
            replaced += 1
        }
        try #require(replaced > 0)
        return try folder.write(bytes, to: "model/x.onnx")
    }

    private func refusal(_ path: String) -> FramegenError? {
        #expect(throws: FramegenError.self) { try ONNXExports.model(path) }
    }

    @Test("are read from the folder and below it, and through a link that stays there")
    func inside() throws {
        try folder.write(data, to: "model/dynamo21-external.onnx.data")
        _ = try ONNXExports.model(folder.write(whole, to: "model/x.onnx"))

        let below = try model(location: "weights/of-the-model/x.data")
        try FileManager.default.createDirectory(
            atPath: folder.file("model/weights/of-the-model"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("model/weights/of-the-model/x.data"),
            withDestinationPath: "../../dynamo21-external.onnx.data")
        _ = try ONNXExports.model(below)
    }

    @Test(
        "are not looked for elsewhere",
        arguments: [
            "../elsewhere/and/theweights", "a/../../outside/the/folder3", "/absolute/path/of/a.weights",
            "./dynamo21-external.on.data", "weights//of-the-model/x.dat", #"..\outside\of\the\folder.xy"#,
            "a/b/c/d/e/f/g/h/i/j/k/lm/..",
        ])
    func outside(location: String) throws {
        let error = refusal(try model(location: location))
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("expected a file in the model's own folder") == true)
        #expect(error?.message.contains(folder.file("model/x.onnx")) == true)
    }

    @Test("are not read through a link that leaves the folder")
    func linkOutside() throws {
        try folder.write(data, to: "secret")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("model/dynamo21-external.onnx.data"), withDestinationPath: folder.file("secret"))
        let error = refusal(try folder.write(whole, to: "model/x.onnx"))
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("outside of the model's folder") == true)
    }

    @Test("are missed by name when they are not there, and when they are too few")
    func missing() throws {
        let path = try folder.write(whole, to: "model/x.onnx")
        let error = refusal(path)
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("dynamo21-external.onnx.data") == true)
        try folder.write(Array(data.dropLast(100)), to: "model/dynamo21-external.onnx.data")
        #expect(refusal(path)?.code == .invalidData)
        try FileManager.default.removeItem(atPath: folder.file("model/dynamo21-external.onnx.data"))
        try FileManager.default.createDirectory(
            atPath: folder.file("model/dynamo21-external.onnx.data"), withIntermediateDirectories: true)
        #expect(refusal(path)?.code == .notFound)
    }
}
