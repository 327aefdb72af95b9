import Foundation
package import FrameGeneration

/// Files that appear under their name only when they are whole.
package enum AtomicFile {
    /// Writes beside `path` and renames.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it, an older one stays.
    package static func write(_ bytes: [UInt8], to path: String) throws(FramegenError) {
        let partial = partialPath(for: path)
        do {
            try Data(bytes).write(to: URL(filePath: partial))
            guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw FramegenError(.cannotWrite, "\(path) cannot be written: \(error.localizedDescription)", cause: error)
        }
    }

    /// A hidden name in the same folder, so that the rename stays within one file system.
    private static func partialPath(for path: String) -> String {
        let url = URL(filePath: path)
        return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).partial")
            .path(percentEncoded: false)
    }
}
