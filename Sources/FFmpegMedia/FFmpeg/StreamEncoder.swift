import CAllocator
import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Encodes one stream.
final class StreamEncoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// As FFmpeg calls it.
    let name: String
    private let packet: Packet

    /// - Parameters:
    ///   - codec: one that libavcodec has.
    ///   - configure: sets up the codec before it is opened; returns the first code that is an error, or 0.
    /// - Throws: `FramegenError` with `.internalFailure` when the codec refuses its settings.
    init(
        _ codec: UnsafePointer<AVCodec>, configure: (UnsafeMutablePointer<AVCodecContext>) -> Int32
    ) throws(FramegenError) {
        _ = MediaLog.takeError()
        packet = try Packet()
        name = String(cString: codec.pointee.name)
        guard let context = avcodec_alloc_context3(codec) else { throw Libav.outOfMemory() }
        self.context = context
        // MP4 keeps the codec's parameters beside the packets.
        context.pointee.flags |= framegen_codec_global_header
        try Libav.check(configure(context), or: refused)
        try Libav.check(avcodec_open2(context, codec, nil), or: refused)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        // x264 has held the pictures that it looked ahead at.
        framegen_allocator_give_back()
    }

    /// Takes a picture or a piece of sound, nil after the last one, and hands out the packets that are ready.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when the codec fails, and what `write` throws.
    func encode(
        _ frame: FrameBuffer?, write: (Packet) throws(FramegenError) -> Void
    ) throws(FramegenError) {
        try Libav.check(avcodec_send_frame(context, frame?.pointer), or: refused)
        while true {
            let status = avcodec_receive_packet(context, packet.pointer)
            guard status != framegen_averror_again, status != framegen_averror_eof else { return }
            try Libav.check(status, or: refused)
            try write(packet)
        }
    }

    private func refused(_ reason: String) -> FramegenError {
        FramegenError(.internalFailure, "FFmpeg's encoder \(name) fails: \(reason)")
    }
}
