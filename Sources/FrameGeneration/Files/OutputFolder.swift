import Foundation

/// A folder that a run fills with files of its own kind, among others that it leaves alone.
package struct OutputFolder: Sendable {
    /// The folder.
    package let path: String
    private let contents: String
    private let isOurs: @Sendable (String) -> Bool

    /// Checks before any work that files may be written into the folder at `path`.
    ///
    /// - Parameters:
    ///   - path: the folder; it need not be there yet.
    ///   - contents: what it will hold, for messages: `frames`.
    ///   - overwrites: whether such files that are there already may be replaced.
    ///   - isOurs: whether a name is that of such a file.
    /// - Throws: `FramegenError` with `.cannotWrite` when `path` is a file, or holds such files and `overwrites` is
    ///   false.
    package init(
        path: String, contents: String, overwrites: Bool, isOurs: @escaping @Sendable (String) -> Bool
    ) throws(FramegenError) {
        self.path = path
        self.contents = contents
        self.isOurs = isOurs
        let name = try existing().min()
        try Folder.checkWritable(path, for: path)
        try FileLock.checkIdle(path, toBecome: path)
        guard let name, !overwrites else { return }
        throw FramegenError(
            .cannotWrite,
            "\(path) already holds \(contents) (\(name)): choose another folder, or allow overwriting")
    }

    /// Makes the folder where it is not there, and removes the files of an earlier run.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the folder or the file.
    package func prepare() throws(FramegenError) {
        try Folder.make(path)
        for name in try existing() {
            // Fails for a folder of that name, which is none of ours.
            guard unlink("\(path)/\(name)") == 0 else { throw Folder.unwritable("\(path)/\(name)", errno) }
        }
    }

    /// Prepares the folder, and keeps other runs that lock it from writing into it.
    ///
    /// - Returns: what keeps them away, until it is let go; folders that were made for it and stay empty go with it.
    /// - Throws: as `prepare`, and with `.cannotWrite` when another run has it.
    package func lock() throws(FramegenError) -> OutputFolderLock {
        let lock = try OutputFolderLock(path, made: try Folder.make(path))
        try prepare()
        return lock
    }

    private func existing() throws(FramegenError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else {
            throw FramegenError(.cannotWrite, "\(path) is a file, expected a folder for the \(contents)")
        }
        do throws(FramegenError) {
            return try Folder.names(at: path).filter(isOurs)
        } catch {
            throw FramegenError(.cannotWrite, "the folder for \(contents) \(error.message)", cause: error)
        }
    }
}

/// Keeps other runs from writing into a folder, until it is let go.
package final class OutputFolderLock: Sendable {
    private let descriptor: Int32
    private let madeFolders: [String]

    init(_ path: String, made: [String]) throws(FramegenError) {
        descriptor = try FileLock.lockFolder(path)
        madeFolders = made
    }

    deinit {
        close(descriptor)
        Folder.removeEmpty(madeFolders)
    }
}
