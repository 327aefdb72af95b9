import Foundation
internal import FrameGeneration

/// Files that another file names, which may only lie in one folder and in those below it.
enum ContainedFile {
    /// Opens a file that a model says it consists of.
    ///
    /// - Parameters:
    ///   - location: as the model says, relative to `folder`.
    ///   - folder: where it has to lie, also where links lead.
    ///   - owner: what is in it, for messages, such as `x.onnx: the tensor w`.
    /// - Returns: the file, open.
    /// - Throws: `FramegenError`: `.invalidData` when it lies elsewhere, `.notFound` when there is no readable file.
    static func open(_ location: String, in folder: String, owner: String) throws(FramegenError) -> RegularFile {
        let shown = Printable.text(location)
        let components = location.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isPlain, !location.utf8.contains(0), !location.contains("\\") else {
            throw FramegenError(
                .invalidData,
                "\(owner) is in \(shown.isEmpty ? "a file without a name" : shown), expected a file in the model's own "
                    + "folder")
        }
        guard let realFolder = realPath(folder) else {
            throw FramegenError(.notFound, "\(owner) is in \(folder), which cannot be read")
        }
        guard let realFile = realPath("\(folder)/\(location)") else {
            throw FramegenError(.notFound, "\(owner) is in \(shown), which is not in \(folder)")
        }
        guard realFile.hasPrefix(realFolder.hasSuffix("/") ? realFolder : "\(realFolder)/") else {
            throw FramegenError(
                .invalidData,
                "\(owner) is in \(shown), a link to a file outside of the model's folder, which is not followed")
        }
        return try RegularFile(realFile)
    }

    /// The path without links and dots; nil if there is no such file.
    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
