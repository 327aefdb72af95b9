import Foundation
import FrameGeneration

/// What lies under a path that is to be compared.
enum ComparisonInput: Sendable {
    case files(FrameFiles)
    case image
    case video(String)
    case tensor(String)

    /// Looks at what `path` is, and for files at their first bytes.
    ///
    /// - Throws: `.notFound` when it cannot be read, `.invalidData` when it is a folder without frames.
    init(path: String) throws(FramegenError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            self = .files(try FrameFiles(folder: path))
            return
        }
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(6, file.byteCount))
        if path.lowercased().hasSuffix(".npy") || start == [0x93] + Array("NUMPY".utf8) {
            self = .tensor(path)
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) || start.starts(with: [0x89] + Array("PNG".utf8)) {
            self = .image
        } else {
            self = .video(path)
        }
    }

    /// For messages.
    var name: String {
        switch self {
        case .files: "frames"
        case .image: "an image"
        case .video: "a video"
        case .tensor: "a tensor"
        }
    }
}
