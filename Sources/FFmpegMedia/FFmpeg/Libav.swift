import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Return codes of FFmpeg's libraries.
enum Libav {
    /// Calls, and turns a negative code into the error that `failure` makes of its reason.
    @discardableResult
    static func check(
        _ status: Int32, or failure: (_ reason: String) -> FramegenError
    ) throws(FramegenError) -> Int32 {
        guard status < 0 else { return status }
        throw failure(reason(status))
    }

    /// A code in words, with what FFmpeg said itself where that tells more.
    static func reason(_ status: Int32) -> String {
        let said = MediaLog.takeError()
        guard status != framegen_averror_eof else { return "it ends too early" }
        // System errors need no comment, and FFmpeg's would repeat the file's name.
        var text = [CChar](repeating: 0, count: 128)
        guard av_strerror(status, &text, text.count) == 0 else { return said ?? "FFmpeg's error \(status)" }
        let reason = lowercasedStart(
            String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        guard let said, status == framegen_averror_invalid_data else { return reason }
        return "\(reason) (\(printable(said)))"
    }

    static func outOfMemory() -> FramegenError {
        FramegenError(.internalFailure, "FFmpeg is out of memory")
    }

    private static func lowercasedStart(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Bytes of the file may be part of the message.
    static func printable(_ text: String) -> String {
        let kept = text.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" }
        let trimmed = String(kept)
        return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
    }
}

/// Owns an `AVPacket`.
final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>

    /// Whether players can begin at it; of sound, true of all.
    var isKey: Bool { pointer.pointee.flags & framegen_packet_key != 0 }

    init() throws(FramegenError) {
        guard let pointer = av_packet_alloc() else { throw Libav.outOfMemory() }
        self.pointer = pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }
}

/// Owns an `AVFrame`: a picture or a piece of sound.
final class FrameBuffer {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() throws(FramegenError) {
        guard let pointer = av_frame_alloc() else { throw Libav.outOfMemory() }
        self.pointer = pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }
}
