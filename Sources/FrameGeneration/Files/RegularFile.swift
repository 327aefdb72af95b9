import Foundation

/// An open regular file that is read by offset.
///
/// Not memory-mapped: a training run that rewrites its checkpoint would turn a map into a crash, and a read into an
/// error.
package final class RegularFile: Sendable {
    /// As the user gave it, for messages.
    package let path: String
    /// Size when the file was opened.
    package let byteCount: Int
    private let descriptor: Int32

    /// - Throws: `FramegenError` with `.notFound` when there is no regular file at `path` or it may not be read.
    package init(_ path: String) throws(FramegenError) {
        guard !path.utf8.contains(0) else {
            throw FramegenError(.notFound, "\(path) cannot be read: a path cannot hold a zero byte")
        }
        // Asked before it is opened too: opening a device can have effects, and a FIFO would wait for a writer.
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.unreadable(path, errno) }
        try Self.requireRegular(status, path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.unreadable(path, code)
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
        try Self.requireRegular(status, path)
    }

    deinit { close(descriptor) }

    /// The bytes of `range`.
    ///
    /// - Throws: `FramegenError` with `.invalidData` when `range` does not lie in the file or the file became shorter,
    ///   `.notFound` when the system fails to read it.
    package func bytes(in range: Range<Int>) throws(FramegenError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw FramegenError(
                .invalidData, "\(path) is cut short: \(range.upperBound) bytes are needed, it has \(byteCount)")
        }
        // Made without capacity, an array would write its count into the one empty array that all threads share.
        guard !range.isEmpty else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count throws(FramegenError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
            count = range.count
        }
    }

    /// The `count` values from `offset` on, as they lie in memory.
    ///
    /// - Throws: as `bytes(in:)`.
    package func values<Element: BitwiseCopyable & Sendable>(
        _: Element.Type, count: Int, at offset: Int
    ) throws(FramegenError) -> PageArray<Element> {
        let (byteCount, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard count >= 0, offset >= 0, !overflows, byteCount <= self.byteCount - offset else {
            throw FramegenError(
                .invalidData,
                "\(path) is cut short: \(count) values from byte \(offset) on are needed, it has "
                    + "\(self.byteCount) bytes")
        }
        return try PageArray(unsafeUninitializedCapacity: count) { buffer, filled throws(FramegenError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            filled = count
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FramegenError) {
        var position = 0
        while position < buffer.count {
            // Some systems refuse more than 2³¹−1 bytes a call.
            let wanted = min(buffer.count - position, 1 << 30)
            let got = pread(descriptor, buffer.baseAddress?.advanced(by: position), wanted, off_t(offset + position))
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw Self.unreadable(path, errno) }
            guard got > 0 else {
                throw FramegenError(
                    .invalidData,
                    "\(path) became shorter while it was read: \(offset + buffer.count) bytes are needed")
            }
            position += got
        }
    }

    /// The whole file.
    ///
    /// - Throws: `.notFound`, or `.invalidData` when it is longer than `limitInBytes`.
    package static func bytes(at path: String, limitInBytes: Int) throws(FramegenError) -> [UInt8] {
        let file = try RegularFile(path)
        guard file.byteCount <= limitInBytes else {
            throw FramegenError(
                .invalidData, "\(path) has \(file.byteCount) bytes, expected at most \(limitInBytes)")
        }
        return try file.bytes(in: 0..<file.byteCount)
    }

    private static func requireRegular(_ status: stat, _ path: String) throws(FramegenError) {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: kind = "a folder"
        case S_IFIFO: kind = "a named pipe"
        case S_IFSOCK: kind = "a socket"
        case S_IFCHR, S_IFBLK: kind = "a device"
        default: kind = "not a regular file"
        }
        throw FramegenError(.notFound, "\(path) is \(kind), expected a file")
    }

    static func unreadable(_ path: String, _ code: Int32) -> FramegenError {
        switch code {
        case ENOENT, ENOTDIR: FramegenError(.notFound, "\(path.isEmpty ? "an empty path" : path) does not exist")
        case EACCES, EPERM: FramegenError(.notFound, "\(path) may not be read (permission denied)")
        default: FramegenError(.notFound, "\(path) cannot be read: \(String(cString: strerror(code)))")
        }
    }
}
