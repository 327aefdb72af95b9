import Foundation

/// Folders: what is in them, and making them.
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

    /// Makes a folder and those above it where they are not there.
    ///
    /// - Returns: those that were made, the outer ones first.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    @discardableResult
    package static func make(_ path: String) throws(FramegenError) -> [String] {
        guard mkdir(path, 0o777) != 0 else { return [path] }
        let code = errno
        switch code {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FramegenError(.cannotWrite, "\(path) is not a folder, expected a folder to write into")
            }
            return []
        case ENOENT where !parent(of: path).isEmpty && parent(of: path) != path:
            let outer = try make(parent(of: path))
            guard mkdir(path, 0o777) != 0 else { return outer + [path] }
            guard errno == EEXIST else { throw unwritable(path, errno) }
            return outer
        default: throw unwritable(path, code)
        }
    }

    /// Makes the folder that a file is to be put into, as `make` does.
    package static func makeParent(of path: String) throws(FramegenError) -> [String] {
        let folder = parent(of: path)
        return folder.isEmpty ? [] : try make(folder)
    }

    /// Removes folders that `make` has made and that nothing has been put into.
    package static func removeEmpty(_ made: [String]) {
        for path in made.reversed() { rmdir(path) }
    }

    /// Checks that something may be made in a folder, or where it is missing, in the nearest one above it.
    ///
    /// - Parameters:
    ///   - folder: empty for the current one.
    ///   - path: what is to be made, for messages.
    /// - Returns: the folder that is there.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    @discardableResult
    package static func checkWritable(_ folder: String, for path: String) throws(FramegenError) -> String {
        let folder = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
        var status = stat()
        guard stat(folder, &status) == 0 else {
            let code = errno
            guard code == ENOENT, folder != ".", folder != "/" else { throw unwritable(path, code) }
            return try checkWritable(parent(of: folder), for: path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FramegenError(.cannotWrite, "\(folder) is not a folder, expected a folder to write into")
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw unwritable(path, errno) }
        try checkTakesFiles(folder, for: path)
        return folder
    }

    /// Makes a file and removes it: the system lets root write everywhere, and some folders take no files all the same.
    private static func checkTakesFiles(_ folder: String, for path: String) throws(FramegenError) {
        var name = Array("\(folder)/.framegen-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw unwritable(path, errno) }
        close(descriptor)
        unlink(name)
    }

    /// A folder's path without the slashes at its end, which shells add.
    package static func withoutSlash(_ path: String) -> String {
        var path = path
        while path.hasSuffix("/"), path.utf8.count > 1 { path.removeLast() }
        return path
    }

    /// The path without its last component; empty for a name alone.
    package static func parent(of path: String) -> String {
        let trimmed = path.reversed().drop { $0 == "/" }
        return String(trimmed.drop { $0 != "/" }.drop { $0 == "/" }.reversed())
    }

    /// The error of an output that the system refused with `code`.
    package static func unwritable(_ path: String, _ code: Int32) -> FramegenError {
        let name = path.isEmpty ? "an empty path" : path
        return FramegenError(.cannotWrite, "\(name) cannot be written: \(String(cString: strerror(code)))")
    }
}
