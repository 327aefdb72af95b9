import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// FFmpeg's MP4 muxer; where its bytes go, who uses it says.
final class MP4Output {
    let context: UnsafeMutablePointer<AVFormatContext>
    private let name: String
    private let streams: [StreamParameters]

    /// - Parameters:
    ///   - name: of the output in errors.
    ///   - address: of the file, for FFmpeg; nil when there is none.
    ///   - streams: one for each stream.
    /// - Throws: `FramegenError` when FFmpeg refuses them.
    init(name: String, address: String? = nil, streams: [StreamParameters]) throws(FramegenError) {
        _ = MediaLog.takeError()
        var allocated: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_alloc_output_context2(&allocated, nil, "mp4", address)
        guard status >= 0, let context = allocated else {
            throw FramegenError(.internalFailure, "FFmpeg cannot write MP4: \(Libav.reason(status))")
        }
        self.context = context
        self.name = name
        self.streams = streams
        for parameters in streams { try add(parameters) }
    }

    /// Whoever opened `context.pb` has closed it.
    deinit { avformat_free_context(context) }

    private func add(_ parameters: StreamParameters) throws(FramegenError) {
        guard let stream = avformat_new_stream(context, nil) else { throw Libav.outOfMemory() }
        try check(avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer))
        stream.pointee.time_base = parameters.timeBase
        stream.pointee.avg_frame_rate = parameters.frameRate
    }

    /// Writes what comes before the packets, with options of FFmpeg's muxer.
    func writeHeader(_ settings: [String: String]) throws(FramegenError) {
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (key, value) in settings { av_dict_set(&options, key, value, 0) }
        try check(avformat_write_header(context, &options))
        try checkOutput()
    }

    /// Gives a packet its stream, and times as that stream has them.
    func address(_ packet: Packet, toStream index: Int) -> AVRational {
        guard let target = context.pointee.streams[index] else { return streams[index].timeBase }
        packet.pointer.pointee.stream_index = Int32(index)
        av_packet_rescale_ts(packet.pointer, streams[index].timeBase, target.pointee.time_base)
        return target.pointee.time_base
    }

    /// Writes what comes after the packets.
    func writeTrailer() throws(FramegenError) {
        try check(av_write_trailer(context))
        try checkOutput()
    }

    /// Writing is buffered: that it failed may show at no call's return.
    func checkOutput() throws(FramegenError) {
        if let output = context.pointee.pb { try check(output.pointee.error) }
    }

    func check(_ status: Int32) throws(FramegenError) {
        try Libav.check(status) { reason in
            FramegenError(.cannotWrite, "\(name) cannot be written: \(reason)")
        }
    }
}
