import Foundation
import FrameGeneration
import ModelFiles

/// What a file or folder is used as, whatever it was given as.
package enum FileRole: Sendable {
    case generator
    case audioEncoder
    /// A network with its weights in a format of its own.
    case model
    case template
    case sound
    case features

    /// Looks at what is at `path`; nil where nothing tells, or it cannot be read.
    package init?(of path: String) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        if isFolder.boolValue {
            switch try? InspectedKind(of: path) {
            case .template: self = .template
            case .coreML: self = .model
            default: return nil
            }
            return
        }
        guard let file = try? RegularFile(path), let content = try? FileContent(of: file) else { return nil }
        switch content.role {
        case .sound: self = .sound
        case .model: self = .model
        case .features: self = .features
        case .checkpoint:
            guard let stateDict = try? PyTorchCheckpoint.stateDict(at: path) else { return nil }
            // One that holds both is told apart by nobody.
            if (try? stateDict.generators())?.isEmpty == false {
                self = .generator
            } else if stateDict.resembles(.ave) {
                self = .audioEncoder
            } else {
                return nil
            }
        case nil: return nil
        }
    }
}
