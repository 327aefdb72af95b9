import Foundation
import FrameGeneration
import ModelFiles

/// What kind of thing is at a path, told from its content, and from its name where content does not tell.
enum InspectedKind {
    case template
    case features
    case checkpoint
    case onnx
    case coreML

    private static let expected =
        "expected a checkpoint (.pth, a zip archive), an ONNX file, a Core ML package (.mlpackage), a template (a folder "
        + "with full_body_img), or features (.npy, or raw float32 as .bin)"

    /// - Throws: `FramegenError` naming the path: `.notFound`, or `.invalidData` when it is none of the kinds.
    init(of path: String) throws(FramegenError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            if try Folder.names(at: path).contains("full_body_img") {
                self = .template
            } else if ModelFormat(path: path) == .coreML || CoreMLPackage.isPackage(path) {
                self = .coreML
            } else {
                let hint = Template.hint(at: path)
                throw FramegenError(.invalidData, "\(path) is a folder without full_body_img, \(Self.expected)\(hint)")
            }
            return
        }
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(file.byteCount, FileContent.startByteCount))
        let content = FileContent(startingWith: start)
        let name = path.lowercased()
        func isNamed(_ extensions: String...) -> Bool { extensions.contains { name.hasSuffix($0) } }
        if content?.role == .features {
            self = .features
        } else if content?.role == .checkpoint {
            self = .checkpoint
        } else if isNamed(".npy", ".bin") || FileManager.default.fileExists(atPath: "\(path).json") {
            self = .features
        } else if isNamed(".onnx") || content?.role == .model {
            self = .onnx
        } else if isNamed(".pth", ".pt", ".ckpt") {
            // Says what it is instead.
            self = .checkpoint
        } else {
            let found = FileContent.words(ofFileStartingWith: start)
            throw FramegenError(.invalidData, "\(path) \(found), \(Self.expected)")
        }
    }
}
