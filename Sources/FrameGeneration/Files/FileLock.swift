import Foundation

/// Locks that tell a living process's unfinished output from what a killed one left behind: the system lets go of them
/// with the process.
///
/// Where a file system has no locks, whatever is there counts as left behind.
package enum FileLock {
    /// Creates and locks an empty file.
    ///
    /// - Parameters:
    ///   - partialPath: its name; whatever has it is removed, not followed, unless a process holds it.
    ///   - path: the name it is to have, for messages.
    /// - Returns: its descriptor, for writing.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    static func createFile(at partialPath: String, toBecome path: String) throws(FramegenError) -> Int32 {
        // Each time round another process has been as fast, or what is in the way is a folder.
        for _ in 1...100 {
            try removeLeftover(partialPath, path)
            let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                if lock(descriptor), isFile(descriptor, at: partialPath) { return descriptor }
                close(descriptor)
            } else if errno != EEXIST {
                throw Folder.unwritable(path, errno)
            }
        }
        throw FramegenError(.cannotWrite, "\(path) cannot be written: \(partialPath) is in the way")
    }

    /// Makes and locks an empty folder.
    ///
    /// - Parameters:
    ///   - partialPath: its name; whatever has it is removed with all that is in it, unless a process holds it.
    ///   - path: the name it is to have, for messages.
    /// - Returns: its descriptor.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    static func createFolder(at partialPath: String, toBecome path: String) throws(FramegenError) -> Int32 {
        // Each time round another process has been as fast.
        for _ in 1...100 {
            if mkdir(partialPath, 0o777) == 0 {
                let descriptor = open(partialPath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard descriptor >= 0 else { continue }
                if lock(descriptor), isFile(descriptor, at: partialPath) { return descriptor }
                close(descriptor)
                continue
            }
            guard errno == EEXIST else { throw Folder.unwritable(path, errno) }
            let descriptor = open(partialPath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else {
                // A link or a file.
                unlink(partialPath)
                continue
            }
            defer { close(descriptor) }
            guard try lock(descriptor, path) else { continue }
            if isFile(descriptor, at: partialPath) { try? FileManager.default.removeItem(atPath: partialPath) }
        }
        throw FramegenError(.cannotWrite, "\(path) cannot be written: \(partialPath) is in the way")
    }

    /// Checks that no process holds a file or a folder, without making anything of it.
    ///
    /// - Parameters:
    ///   - partialPath: the file or folder, which need not be there.
    ///   - path: the name it is to have, for messages.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    static func checkIdle(_ partialPath: String, toBecome path: String) throws(FramegenError) {
        let descriptor = open(partialPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        // Whatever is wrong with it is found by who writes.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard lockToLook(descriptor) else { throw busy(path) }
    }

    /// Locks a folder until its descriptor is closed.
    ///
    /// - Parameter path: the folder.
    /// - Returns: its descriptor.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the folder.
    package static func lockFolder(_ path: String) throws(FramegenError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Folder.unwritable(path, errno) }
        do throws(FramegenError) {
            // Each time round somebody is looking.
            for _ in 1...100 {
                if try lock(descriptor, path) { return descriptor }
            }
            throw busy(path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Whether `path` is a name of the open file.
    static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(descriptor, &open) == 0 && lstat(path, &named) == 0 && open.st_ino == named.st_ino
            && open.st_dev == named.st_dev
    }

    private static func removeLeftover(_ partialPath: String, _ path: String) throws(FramegenError) {
        let descriptor = open(partialPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // Without a descriptor to spare it is not known whether a living process holds it.
            guard ![EMFILE, ENFILE, ENOMEM, EINTR].contains(errno) else { throw Folder.unwritable(path, errno) }
            // A link, or a file that may not be read; a missing one is what is wanted.
            unlink(partialPath)
            return
        }
        defer { close(descriptor) }
        guard try lock(descriptor, path) else { return }
        // Its process may just have given it its final name.
        if isFile(descriptor, at: partialPath) { unlink(partialPath) }
    }

    /// False when another process, or another part of this one, holds it.
    private static func lock(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    /// False when somebody is looking at it right now, so that it is to be tried again.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path` when another process, or another part of this one, holds it.
    private static func lock(_ descriptor: Int32, _ path: String) throws(FramegenError) -> Bool {
        if lock(descriptor) { return true }
        guard lockToLook(descriptor) else { throw busy(path) }
        flock(descriptor, LOCK_UN)
        usleep(1000)
        return false
    }

    /// False when it is held; several may look at a time.
    private static func lockToLook(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    private static func busy(_ path: String) -> FramegenError {
        FramegenError(.cannotWrite, "\(path) is being written by another run: choose another name, or wait for its end")
    }
}
