import Foundation

/// A folder's content.
package enum Folder {
    /// The names in a folder, hidden ones left out, in no order.
    ///
    /// - Throws: `FramegenError` with `.notFound` when there is no such folder or it may not be read.
    package static func names(at path: String) throws(FramegenError) -> [String] {
        guard let folder = opendir(path) else {
            let code = errno
            guard code != ENOTDIR || !FileManager.default.fileExists(atPath: path) else {
                throw FramegenError(.notFound, "\(path) is a file, expected a folder")
            }
            throw RegularFile.unreadable(path, code)
        }
        closedir(folder)
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        } catch {
            throw FramegenError(.notFound, "\(path) cannot be read: \(error.localizedDescription)", cause: error)
        }
    }
}
