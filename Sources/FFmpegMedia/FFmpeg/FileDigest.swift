import CFFmpeg
package import FrameGeneration

/// SHA-256 of files: tells those that somebody else made from those that were expected.
package enum FileDigest {
    private static let bitCount: Int32 = 256

    /// The SHA-256 of the file at `path`, in lower case hexadecimal digits.
    ///
    /// - Throws: `FramegenError` with `.notFound` when it cannot be read, `.cancelled` when the task is.
    package static func sha256(ofFileAt path: String) throws(FramegenError) -> String {
        let file = try RegularFile(path)
        guard let state = av_sha_alloc() else { throw Libav.outOfMemory() }
        defer { av_free(UnsafeMutableRawPointer(state)) }
        guard av_sha_init(state, bitCount) == 0 else {
            throw FramegenError(.internalFailure, "libavutil has no SHA-256")
        }
        var position = 0
        while position < file.byteCount {
            try Task.checkNotCancelled()
            let bytes = try file.bytes(in: position..<min(position + 1 << 20, file.byteCount))
            av_sha_update(state, bytes, bytes.count)
            position += bytes.count
        }
        var digest = [UInt8](repeating: 0, count: Int(bitCount) / 8)
        av_sha_final(state, &digest)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
