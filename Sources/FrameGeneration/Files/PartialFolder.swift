import Foundation

/// A folder that is filled beside its final name, hidden, and appears there when it is finished.
///
/// Let go before that, it leaves nothing, and an older folder of the name stays. It is locked while it is filled, as a
/// `PartialFile` is.
package final class PartialFolder {
    /// The final name, as it was asked for.
    package let path: String
    /// The hidden name, under which the folder is to be filled.
    package let partialPath: String
    /// Where a link at `path` leads to; `path` where there is none.
    private let destination: String
    private let overwrites: Bool
    /// Made for it, and removed where it leaves them empty.
    private let madeFolders: [String]
    private let descriptor: Int32
    private var isFinished = false

    /// Starts an empty folder, and those above it where they are not there; what a killed process left under its hidden
    /// name is removed.
    ///
    /// - Parameters:
    ///   - path: the final name.
    ///   - overwrites: whether a folder that has the name at the end is replaced, with all that is in it.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`, when another process is writing it too.
    package init(_ path: String, overwrites: Bool) throws(FramegenError) {
        self.path = path
        self.overwrites = overwrites
        destination = FileName.followingLinks(path)
        partialPath = FileName.hidden(for: destination)
        madeFolders = try Folder.makeParent(of: path)
        do throws(FramegenError) {
            descriptor = try FileLock.createFolder(at: partialPath, toBecome: path)
        } catch {
            Folder.removeEmpty(madeFolders)
            throw error
        }
    }

    deinit {
        if !isFinished, FileLock.isFile(descriptor, at: partialPath) {
            try? FileManager.default.removeItem(atPath: partialPath)
        }
        close(descriptor)
        if !isFinished { Folder.removeEmpty(madeFolders) }
    }

    /// Checks before any work that a folder of such contents may be put at `path`.
    ///
    /// - Parameters:
    ///   - path: where to.
    ///   - contents: what it will be, for messages: `a Core ML package`.
    ///   - overwrites: whether one that is there already may be replaced.
    ///   - isReplaceable: whether a folder is one of the kind; no other is ever removed.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    package static func checkFree(
        _ path: String, contents: String, overwrites: Bool, isReplaceable: (String) -> Bool
    ) throws(FramegenError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue, isReplaceable(path) else {
            throw FramegenError(
                .cannotWrite, "\(path) is there already and is not \(contents): it is not replaced, choose another name"
            )
        }
        guard overwrites else {
            throw FramegenError(.cannotWrite, "\(path) already exists: choose another name, or allow overwriting")
        }
    }

    /// Fills the folder at the path that `work` is given; errors call what is in it by its final name.
    ///
    /// - Throws: what `work` does.
    package func fill<Result>(_ work: (String) throws(FramegenError) -> Result) throws(FramegenError) -> Result {
        do throws(FramegenError) {
            return try work(partialPath)
        } catch {
            throw FramegenError(error.code, error.message.replacing(partialPath, with: path), cause: error.cause)
        }
    }

    /// Gives the folder its name; an older one is removed after that.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the folder.
    package func finish() throws(FramegenError) {
        guard FileLock.isFile(descriptor, at: partialPath) else {
            throw FramegenError(.cannotWrite, "\(path) cannot be written: its unfinished folder was taken away")
        }
        if FileManager.default.fileExists(atPath: destination) {
            guard overwrites else { throw cameIntoBeing }
            try replace()
        } else {
            // Fails where there is anything but an empty folder by now.
            guard rename(partialPath, destination) == 0 else {
                guard ![EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) else { throw cameIntoBeing }
                throw Folder.unwritable(path, errno)
            }
        }
        isFinished = true
    }

    private var cameIntoBeing: FramegenError {
        FramegenError(.cannotWrite, "\(path) has come into being meanwhile: what was made is not kept")
    }

    /// A folder cannot be renamed over one that is not empty, so the older one is moved out of the way, and back if that
    /// fails.
    private func replace() throws(FramegenError) {
        let older = FileName.hidden(for: "\(destination).older")
        try? FileManager.default.removeItem(atPath: older)
        guard rename(destination, older) == 0 else { throw Folder.unwritable(path, errno) }
        guard rename(partialPath, destination) == 0 else {
            let code = errno
            rename(older, destination)
            throw Folder.unwritable(path, code)
        }
        try? FileManager.default.removeItem(atPath: older)
    }
}
