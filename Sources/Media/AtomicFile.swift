import Foundation
package import FrameGeneration

/// Files that appear under their name only when they are whole.
package enum AtomicFile {
    /// Writes beside `path` and renames.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it, an older one stays.
    package static func write(_ bytes: [UInt8], to path: String) throws(FramegenError) {
        let partial = partialPath(for: path)
        var code = create(partial, bytes)
        if code == 0, rename(partial, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(partial)
            throw Folder.unwritable(path, code)
        }
    }

    /// A hidden name in the same folder, so that the rename stays within one file system.
    package static func partialPath(for path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).partial" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).partial"
    }

    /// Writes a new file; whatever had its name, a link or a pipe too, is not followed but replaced.
    ///
    /// Returns 0, or the system's error.
    private static func create(_ path: String, _ bytes: [UInt8]) -> Int32 {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return errno }
        var code: Int32 = 0
        var position = 0
        bytes.withUnsafeBytes { buffer in
            while position < buffer.count, code == 0 {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: position), buffer.count - position)
                if count > 0 { position += count } else if errno != EINTR { code = errno }
            }
        }
        // Some file systems report a full disk only here.
        if close(descriptor) != 0, code == 0 { code = errno }
        return code
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        Foundation.write(descriptor, bytes, count)
    }
}
