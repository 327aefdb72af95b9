import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Decodes one stream of a file, in order.
///
/// Damaged packets are left out, as players do; a file that ends early simply ends.
final class StreamDecoder {
    let input: MediaInput
    let stream: UnsafeMutablePointer<AVStream>
    /// What the first damaged packet was about; nil while all is well.
    private(set) var damage: String?
    private var codec: UnsafeMutablePointer<AVCodecContext>?
    private let packet: Packet
    private let frame: FrameBuffer
    private var isDraining = false
    private var drainErrors = 0

    /// Opens a stream.
    ///
    /// - Parameters:
    ///   - input: the file; no other decoder may use it.
    ///   - stream: of it; nil where it has none.
    ///   - name: what to call that in messages.
    /// - Throws: `FramegenError` with `.invalidData` naming the file when it has no such stream, or one that FFmpeg
    ///   cannot decode.
    init(
        _ input: MediaInput, _ stream: UnsafeMutablePointer<AVStream>?, name: String
    ) throws(FramegenError) {
        guard let stream else { throw FramegenError(.invalidData, "\(input.path) has no \(name)") }
        input.select(stream)
        self.input = input
        self.stream = stream
        packet = try Packet()
        frame = try FrameBuffer()
        let parameters = stream.pointee.codecpar
        guard let parameters, let decoder = avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw FramegenError(.invalidData, "\(input.path) has \(name) of a kind that FFmpeg cannot decode here")
        }
        codec = avcodec_alloc_context3(decoder)
        guard let codec else { throw Libav.outOfMemory() }
        try Libav.check(avcodec_parameters_to_context(codec, parameters), or: damaged)
        codec.pointee.pkt_timebase = stream.pointee.time_base
        codec.pointee.thread_count = 1
        try Libav.check(avcodec_open2(codec, decoder, nil), or: damaged)
    }

    deinit { avcodec_free_context(&codec) }

    /// The next piece of sound or picture, which stays as it is until the next call; nil after the last one.
    ///
    /// - Throws: `FramegenError` with `.notFound` when the system fails to read the file.
    func next() throws(FramegenError) -> UnsafeMutablePointer<AVFrame>? {
        while true {
            let status = avcodec_receive_frame(codec, frame.pointer)
            switch status {
            case 0: return frame.pointer
            case framegen_averror_eof: return nil
            case framegen_averror_again: break
            default:
                note(status)
                drainErrors += isDraining ? 1 : 0
            }
            if isDraining {
                // A decoder that has had its last packet must end; one that is confused by damage might not.
                guard drainErrors > 0, drainErrors < 100 else { return nil }
            } else {
                try feed()
            }
        }
    }

    private func feed() throws(FramegenError) {
        while try input.read(into: packet) {
            guard packet.pointer.pointee.stream_index == stream.pointee.index else { continue }
            // What another file left on this thread is not this one's fault.
            _ = MediaLog.takeError()
            let status = avcodec_send_packet(codec, packet.pointer)
            if status < 0 { note(status) }
            return
        }
        isDraining = true
        avcodec_send_packet(codec, nil)
    }

    private func note(_ status: Int32) {
        let reason = Libav.reason(status)
        damage = damage ?? reason
    }

    private func damaged(_ reason: String) -> FramegenError {
        FramegenError(.invalidData, "\(input.path) is damaged: \(reason)")
    }
}
