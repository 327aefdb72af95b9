import Foundation

/// A file that is written piece by piece beside its final name, hidden, and appears there when it is finished.
///
/// Let go before that, it leaves nothing, and an older file of the name stays. It is locked while it is written: what a
/// killed process left behind is replaced, what a living one writes is not.
package final class PartialFile {
    /// The final name, as it was asked for.
    package let path: String
    /// The hidden name, for libraries that open files themselves.
    package let partialPath: String
    /// Where a link at `path` leads to; `path` where there is none, or it is not followed.
    private let destination: String
    private let overwrites: Bool
    /// Made for it, and removed where it leaves them empty.
    private let madeFolders: [String]
    private let descriptor: Int32
    private var isFinished = false

    /// Starts an empty file; whatever had its hidden name, a link or a pipe too, is not followed but replaced.
    ///
    /// - Parameters:
    ///   - path: the final name.
    ///   - overwrites: whether a file that has the name, now or at the end, is replaced.
    ///   - makesFolder: whether its folder is made where it is not there, to be removed again if nothing comes into it.
    ///   - followsLinks: whether a link at `path` is written through, as users expect it of an output; otherwise it is
    ///     replaced.
    ///   - mark: made part of the hidden name, where several processes may be writing `path` at a time.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`, when another process is writing it too.
    package init(
        _ path: String, overwrites: Bool, makesFolder: Bool = false, followsLinks: Bool = true, mark: String? = nil
    ) throws(FramegenError) {
        self.path = path
        self.overwrites = overwrites
        let destination = followsLinks ? FileName.followingLinks(path) : path
        self.destination = destination
        partialPath = FileName.hidden(for: mark.map { "\(destination).\($0)" } ?? destination)
        if !overwrites { try OutputFile.checkFree(path, contents: "the output", overwrites: false) }
        madeFolders = makesFolder ? try Folder.makeParent(of: path) : []
        do throws(FramegenError) {
            descriptor = try FileLock.createFile(at: partialPath, toBecome: path)
        } catch {
            Folder.removeEmpty(madeFolders)
            throw error
        }
    }

    deinit {
        if !isFinished, FileLock.isFile(descriptor, at: partialPath) { unlink(partialPath) }
        close(descriptor)
        if !isFinished { Folder.removeEmpty(madeFolders) }
    }

    /// Adds `bytes` at the end.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func append(_ bytes: [UInt8]) throws(FramegenError) { try write(bytes.span, at: nil) }

    /// Adds the bytes of `values`, as they lie in memory, at the end.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func append<Element: BitwiseCopyable>(bytesOf values: Span<Element>) throws(FramegenError) {
        try write(values, at: nil)
    }

    /// Replaces what is there from `offset` on by `bytes`; the end stays where it is.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func replace(at offset: Int, with bytes: [UInt8]) throws(FramegenError) {
        try write(bytes.span, at: offset)
    }

    /// Has what was written survive a power cut; the name needs its folder to be synchronised too.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func synchronize() throws(FramegenError) {
        guard fsync(descriptor) == 0 else { throw Folder.unwritable(path, errno) }
    }

    /// Gives the file its name; nothing can be written after that.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func finish() throws(FramegenError) {
        // Some file systems report a full disk only when a file is closed. It is a copy that is closed, as the lock has to
        // hold until the file has its name.
        let copy = dup(descriptor)
        guard copy >= 0, close(copy) == 0 else { throw Folder.unwritable(path, errno) }
        guard FileLock.isFile(descriptor, at: partialPath) else {
            throw FramegenError(.cannotWrite, "\(path) cannot be written: its unfinished file was taken away")
        }
        try takeName()
        isFinished = true
    }

    /// Gives its name to a file that somebody else has written beside it, instead of what this one holds.
    ///
    /// - Parameter other: a finished file in the same folder, which is there no more afterwards.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func finish(with other: String) throws(FramegenError) {
        guard FileLock.isFile(descriptor, at: partialPath) else {
            throw FramegenError(.cannotWrite, "\(path) cannot be written: its unfinished file was taken away")
        }
        guard rename(other, partialPath) == 0 else { throw Folder.unwritable(path, errno) }
        // The lock was that of the file which is gone, but its name stays taken.
        isFinished = true
        do throws(FramegenError) {
            try takeName()
        } catch {
            unlink(partialPath)
            throw error
        }
    }

    private func takeName() throws(FramegenError) {
        if !overwrites {
            // Unlike a renaming, this fails where there is a file by now.
            if link(partialPath, destination) == 0 {
                unlink(partialPath)
                return
            }
            // There are file systems without links.
            guard errno != EEXIST, !FileManager.default.fileExists(atPath: destination) else {
                throw FramegenError(.cannotWrite, "\(path) has come into being meanwhile: what was made is not kept")
            }
        }
        guard rename(partialPath, destination) == 0 else { throw Folder.unwritable(path, errno) }
    }

    private func write<Element: BitwiseCopyable>(_ values: Span<Element>, at offset: Int?) throws(FramegenError) {
        var code: Int32 = 0
        var position = 0
        values.withUnsafeBytes { buffer in
            while position < buffer.count, code == 0 {
                let start = buffer.baseAddress?.advanced(by: position)
                let count =
                    if let offset {
                        pwrite(descriptor, start, buffer.count - position, off_t(offset + position))
                    } else {
                        Foundation.write(descriptor, start, buffer.count - position)
                    }
                if count > 0 { position += count } else if errno != EINTR { code = errno }
            }
        }
        guard code == 0 else { throw Folder.unwritable(path, code) }
    }
}
