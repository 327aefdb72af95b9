internal import Foundation
internal import FrameGeneration

/// A regular file that is open for reading by position.
struct InputFile: ~Copyable {
    let path: String
    /// The length in bytes when it was opened.
    let count: Int
    private let descriptor: Int32

    /// - Throws: `.notFound` if `path` is missing, may not be read, or is no regular file.
    init(_ path: String) throws(FramegenError) {
        // A path that ends early in C would open another file. Without O_NONBLOCK, opening a pipe waits for a writer.
        let descriptor = path.utf8.contains(0) ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = path.utf8.contains(0) ? "the path contains a zero byte" : Self.systemReason()
            throw FramegenError(.notFound, "cannot read \(path): \(reason)")
        }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        guard kind == S_IFREG else {
            close(descriptor)
            let what = kind == S_IFDIR ? "a folder" : "no regular file"
            throw FramegenError(.notFound, "cannot read \(path): it is \(what), expected a file")
        }
        self.path = path
        self.count = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    func read(at offset: Int, count: Int) throws(FramegenError) -> [UInt8] {
        let wanted = max(min(count, self.count - offset), 0)
        var failure: String?
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            while filled < wanted, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, wanted - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = Self.systemReason() }
                if got <= 0 { break }
                filled += got
            }
        }
        if let failure { throw FramegenError(.notFound, "cannot read \(path): \(failure)") }
        return bytes
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}
