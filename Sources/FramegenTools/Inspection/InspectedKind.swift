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
                throw FramegenError(.invalidData, "\(path) is a folder without full_body_img, \(Self.expected)")
            }
            return
        }
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(file.byteCount, 8))
        let name = path.lowercased()
        func isNamed(_ extensions: String...) -> Bool { extensions.contains { name.hasSuffix($0) } }
        if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
            self = .features
        } else if start.starts(with: Array("PK".utf8)) {
            self = .checkpoint
        } else if isNamed(".npy", ".bin") || FileManager.default.fileExists(atPath: "\(path).json") {
            self = .features
        } else if isNamed(".onnx") || Self.isONNX(start) {
            self = .onnx
        } else if isNamed(".pth", ".pt", ".ckpt") {
            // Says what it is instead.
            self = .checkpoint
        } else {
            let found =
                start.isEmpty
                ? "is empty"
                : "begins with the bytes " + start.map { String(format: "%02x", $0) }.joined(separator: " ")
            throw FramegenError(.invalidData, "\(path) \(found), \(Self.expected)")
        }
    }
    /// A protocol buffer whose first field is ONNX's `ir_version`, followed by one of the fields that come next.
    private static func isONNX(_ start: [UInt8]) -> Bool {
        start.count > 2 && start[0] == 0x08 && (1...20).contains(start[1])
            && [0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42].contains(start[2])
    }
}
