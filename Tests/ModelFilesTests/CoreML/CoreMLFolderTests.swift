import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("The files of a Core ML package")
struct CoreMLFolderTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("x.mlpackage") }

    init() throws { folder = try TemporaryFolder() }

    private func refusal() -> FramegenError? {
        #expect(throws: FramegenError.self) { try CoreMLPackage.load(at: path) }
    }

    @Test(
        "are not looked for outside of it",
        arguments: [
            "../../x.mlmodel", "/etc/hostname", "com.apple.CoreML/../../../secret", "", "./model.mlmodel", #"..\x"#,
        ])
    func manifestPaths(location: String) throws {
        try folder.write(CoreMLFile().model, to: "secret")
        var file = CoreMLFile()
        file.manifest = file.manifest.replacing(
            "com.apple.CoreML/model.mlmodel", with: location.replacing(#"\"#, with: #"\\"#))
        try file.write(to: path)
        let error = refusal()
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("expected a file in the model's own folder") == true, "\(error?.message ?? "")")
    }

    @Test(
        "are the weight file in the model's folder alone",
        arguments: ["/etc/hostname", "weights/weight.bin", "@model_path/../../../secret", "@model_path//etc/hostname"])
    func weightPaths(name: String) throws {
        try folder.write(CoreMLFile().weights, to: "secret")
        var file = CoreMLFile()
        file.fileName = name
        try file.write(to: path)
        let error = refusal()
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("expected a file in") == true, "\(error?.message ?? "")")
    }

    @Test(
        "are not read through a link that leaves it",
        arguments: [
            CoreMLFiles.manifest, CoreMLFiles.model, CoreMLFiles.weights, "Data", "Data/com.apple.CoreML/weights",
        ])
    func links(name: String) throws {
        try CoreMLFile().write(to: path)
        let outside = folder.file("outside")
        try FileManager.default.moveItem(atPath: "\(path)/\(name)", toPath: outside)
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: outside)
        let error = refusal()
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("outside of the model's folder") == true, "\(error?.message ?? "")")
    }

    @Test(
        "are missed by name", arguments: [CoreMLFiles.manifest, CoreMLFiles.model, CoreMLFiles.weights])
    func missing(name: String) throws {
        try CoreMLFile().write(to: path)
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        #expect(refusal()?.code == .notFound)
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        #expect(refusal()?.code == .notFound)
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        try #require(mkfifo("\(path)/\(name)", 0o600) == 0)
        #expect(refusal()?.code == .notFound)
    }

    @Test(
        "have a manifest that is one",
        arguments: [
            "", "{}", "[]", "null", String(repeating: "[", count: 100_000),
            #"{"fileFormatVersion": "2.0.0", "rootModelIdentifier": "m", "itemInfoEntries": {}}"#,
            #"{"fileFormatVersion": "1.0.0", "rootModelIdentifier": "m", "itemInfoEntries": {}}"#,
            #"{"fileFormatVersion": "1.0.0", "rootModelIdentifier": "m", "itemInfoEntries": {"m": {"path": "a"}}}"#,
        ])
    func manifest(text: String) throws {
        var file = CoreMLFile()
        file.manifest = text
        try file.write(to: path)
        let error = refusal()
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("manifest") == true)
    }

    @Test("are not there at all")
    func nothing() throws {
        #expect(refusal()?.code == .notFound)
        try folder.write([1], to: "x.mlpackage")
        #expect(refusal()?.code == .notFound)
    }
}
