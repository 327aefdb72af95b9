import Foundation

/// A file that is written piece by piece beside its final name, hidden, and appears there when it is finished.
///
/// Let go before that, it leaves nothing, and an older file of the name stays.
package final class PartialFile {
    /// The final name.
    package let path: String
    /// The hidden name, for libraries that open files themselves.
    package let partialPath: String
    /// −1 once it is closed.
    private var descriptor: Int32
    private var isFinished = false

    /// Starts an empty file; whatever had its hidden name, a link or a pipe too, is not followed but replaced.
    ///
    /// - Parameters:
    ///   - path: the final name.
    ///   - mark: made part of the hidden name, where several processes may be writing `path` at a time.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    package init(_ path: String, mark: String? = nil) throws(FramegenError) {
        self.path = path
        partialPath = AtomicFile.partialPath(for: mark.map { "\(path).\($0)" } ?? path)
        unlink(partialPath)
        descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Folder.unwritable(path, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isFinished { unlink(partialPath) }
    }

    /// Adds `bytes` at the end.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func append(_ bytes: [UInt8]) throws(FramegenError) { try write(bytes, at: nil) }

    /// Adds the bytes of `values`, as they lie in memory, at the end.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func append<Element: BitwiseCopyable>(bytesOf values: [Element]) throws(FramegenError) {
        try write(values, at: nil)
    }

    /// Replaces what is there from `offset` on by `bytes`; the end stays where it is.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func replace(at offset: Int, with bytes: [UInt8]) throws(FramegenError) { try write(bytes, at: offset) }

    /// Gives the file its name; nothing can be written after that.
    ///
    /// - Parameter overwrites: whether a file that has the name is replaced.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    package func finish(overwrites: Bool) throws(FramegenError) {
        let closed = close(descriptor)
        descriptor = -1
        // Some file systems report a full disk only here.
        guard closed == 0 else { throw Folder.unwritable(path, errno) }
        guard overwrites || !FileManager.default.fileExists(atPath: path) else {
            throw FramegenError(.cannotWrite, "\(path) has come into being meanwhile")
        }
        guard rename(partialPath, path) == 0 else { throw Folder.unwritable(path, errno) }
        isFinished = true
    }

    private func write<Element: BitwiseCopyable>(_ values: [Element], at offset: Int?) throws(FramegenError) {
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
