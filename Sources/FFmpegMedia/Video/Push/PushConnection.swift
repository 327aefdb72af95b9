import CFFmpeg
import CFFmpegShims
import FrameGeneration
import Synchronization

/// A connection to a media server, over which packets are sent; it blocks.
final class PushConnection {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let address: PushAddress
    private let streams: [StreamParameters]
    private let patience: PushPatience
    /// Time of the first picture in microseconds; all times count from it.
    private var origin: Int64?
    /// Whether there is somebody to say good-bye to.
    private var isOpen = false

    private static let microseconds = AVRational(num: 1, den: 1_000_000)

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - streams: one for each stream, the pictures first.
    ///   - patience: how long to wait.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the host.
    init(to address: PushAddress, streams: [StreamParameters], patience: PushPatience) throws(FramegenError) {
        MediaLog.catchMessages()
        var allocated: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_alloc_output_context2(&allocated, nil, address.scheme.format, address.text)
        guard status >= 0, let context = allocated else {
            throw FramegenError(.notFound, "FFmpeg here cannot send over \(address.scheme.rawValue)")
        }
        self.context = context
        self.address = address
        self.streams = streams
        self.patience = patience
        context.pointee.interrupt_callback = patience.callback
        context.pointee.flush_packets = 1
        patience.begin()
        for parameters in streams {
            guard let stream = avformat_new_stream(context, nil) else { throw Libav.outOfMemory() }
            try check(avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer))
            stream.pointee.time_base = parameters.timeBase
            stream.pointee.avg_frame_rate = parameters.frameRate
        }
        if opensFile {
            try check(
                avio_open2(&context.pointee.pb, address.text, AVIO_FLAG_WRITE, &context.pointee.interrupt_callback, nil)
            )
        }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        // Through firewalls, and so that nothing is lost.
        av_dict_set(&options, "rtsp_transport", "tcp", 0)
        av_dict_set(&options, "flvflags", "no_duration_filesize", 0)
        try check(avformat_write_header(context, &options))
        isOpen = true
    }

    deinit {
        patience.begin()
        // Otherwise RTSP's muxer would leave its connection open.
        if isOpen { av_write_trailer(context) }
        if opensFile { avio_closep(&context.pointee.pb) }
        avformat_free_context(context)
    }

    /// Whether FFmpeg's protocols connect; RTSP's muxer does that itself.
    private var opensFile: Bool { context.pointee.oformat.pointee.flags & AVFMT_NOFILE == 0 }

    /// Sends a packet; the first one is a picture.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the host.
    func write(_ packet: EncodedPacket) throws(FramegenError) {
        let timeBase = streams[packet.stream].timeBase
        let start = origin ?? av_rescale_q(packet.decodingTime, timeBase, Self.microseconds)
        origin = start
        let shift = av_rescale_q(start, Self.microseconds, timeBase)
        var shifted = packet
        shifted.decodingTime -= shift
        shifted.presentationTime -= shift
        // Sound of before the first picture.
        guard shifted.decodingTime >= 0, let target = context.pointee.streams[packet.stream] else { return }
        let copy = try shifted.packet()
        copy.pointer.pointee.stream_index = Int32(packet.stream)
        av_packet_rescale_ts(copy.pointer, timeBase, target.pointee.time_base)
        patience.begin()
        try check(av_interleaved_write_frame(context, copy.pointer))
        if let output = context.pointee.pb { try check(output.pointee.error) }
    }

    /// Says good-bye.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the host.
    func finish() throws(FramegenError) {
        patience.begin()
        isOpen = false
        try check(av_write_trailer(context))
    }

    private func check(_ status: Int32) throws(FramegenError) {
        // What FFmpeg says of it may name the stream's key.
        _ = MediaLog.takeError()
        try Libav.check(status) { reason in
            FramegenError(
                .cannotWrite, "\(address) takes no stream: \(patience.isOver ? "it does not answer" : reason)")
        }
    }
}

/// How long FFmpeg may wait for a server; it asks every moment while it waits.
final class PushPatience: Sendable {
    private struct State {
        var end: ContinuousClock.Instant
        var isCancelled = false
    }

    private let duration: Duration
    private let state: Mutex<State>

    init(_ duration: Duration = .seconds(10)) {
        self.duration = duration
        state = Mutex(State(end: .now + duration))
    }

    /// A new wait begins.
    func begin() { state.withLock { $0.end = .now + duration } }

    /// Nothing is waited for any more.
    func cancel() { state.withLock { $0.isCancelled = true } }

    var isOver: Bool { state.withLock { $0.isCancelled || $0.end < .now } }

    /// For FFmpeg; this must live as long as what it is given to.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { patience in
                guard let patience else { return 0 }
                return Unmanaged<PushPatience>.fromOpaque(patience).takeUnretainedValue().isOver ? 1 : 0
            }, opaque: Unmanaged.passUnretained(self).toOpaque())
    }
}
