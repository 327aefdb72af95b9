import CFFmpeg
package import FrameGeneration

/// SHA-256, as libavutil computes it.
package enum SHA256 {
    /// The hash of `bytes` as 64 hexadecimal digits in lower case.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when there is no memory.
    package static func hexadecimal(of bytes: [UInt8]) throws(FramegenError) -> String {
        guard let state = av_sha_alloc() else { throw Libav.outOfMemory() }
        defer { av_free(UnsafeMutableRawPointer(state)) }
        guard av_sha_init(state, 256) == 0 else { throw Libav.outOfMemory() }
        bytes.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { av_sha_update(state, start, buffer.count) }
        }
        var hash = [UInt8](repeating: 0, count: 32)
        av_sha_final(state, &hash)
        return hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
