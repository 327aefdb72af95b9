import CFFmpeg
import CFFmpegShims
import Foundation
import FrameGeneration

/// Writes an MP4 file beside its final name; it appears there when it is whole, and is removed otherwise.
final class MP4Writer {
    private let path: String
    private let partialPath: String
    private let context: UnsafeMutablePointer<AVFormatContext>
    private var isFinished = false

    /// Opens the partial file.
    ///
    /// - Parameters:
    ///   - path: the final name.
    ///   - encoders: one for each stream; open.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    init(path: String, encoders: [StreamEncoder]) throws(FramegenError) {
        _ = MediaLog.takeError()
        self.path = path
        partialPath = AtomicFile.partialPath(for: path)
        // Whatever characters it holds, this is a file.
        let address = "file:\(partialPath)"
        var allocated: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_alloc_output_context2(&allocated, nil, "mp4", address)
        guard status >= 0, let context = allocated else {
            throw FramegenError(.internalFailure, "FFmpeg cannot write MP4: \(Libav.reason(status))")
        }
        self.context = context
        if case let folder = Folder.parent(of: path), !folder.isEmpty { try Folder.make(folder) }
        // A link or a pipe of that name must not be followed.
        unlink(partialPath)
        try check(avio_open(&context.pointee.pb, address, AVIO_FLAG_WRITE))
        for encoder in encoders { try addStream(encoder) }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        // With the index in front, players can start before they have the whole file.
        av_dict_set(&options, "movflags", "+faststart", 0)
        try check(avformat_write_header(context, &options))
        try checkOutput()
    }

    deinit {
        avio_closep(&context.pointee.pb)
        avformat_free_context(context)
        if !isFinished { unlink(partialPath) }
    }

    /// Writes a packet, once those are there that must come before it.
    ///
    /// - Parameters:
    ///   - packet: with times in those of `encoder`; empty afterwards.
    ///   - stream: index of the encoder.
    ///   - encoder: where the packet comes from.
    /// - Throws: `FramegenError` with `.cannotWrite`.
    func write(_ packet: Packet, toStream stream: Int, from encoder: StreamEncoder) throws(FramegenError) {
        guard let target = context.pointee.streams[stream] else { return }
        packet.pointer.pointee.stream_index = Int32(stream)
        av_packet_rescale_ts(packet.pointer, encoder.context.pointee.time_base, target.pointee.time_base)
        try check(av_interleaved_write_frame(context, packet.pointer))
        try checkOutput()
    }

    /// Completes the file and gives it its name.
    ///
    /// - Parameter overwrites: whether a file that has the name is replaced.
    /// - Throws: `FramegenError` with `.cannotWrite`.
    func finish(overwrites: Bool) throws(FramegenError) {
        try check(av_write_trailer(context))
        try checkOutput()
        try check(avio_closep(&context.pointee.pb))
        guard overwrites || !FileManager.default.fileExists(atPath: path) else {
            throw FramegenError(.cannotWrite, "\(path) has come into being meanwhile")
        }
        guard rename(partialPath, path) == 0 else { throw failure(String(cString: strerror(errno))) }
        isFinished = true
    }

    private func addStream(_ encoder: StreamEncoder) throws(FramegenError) {
        guard let stream = avformat_new_stream(context, nil) else { throw Libav.outOfMemory() }
        try check(avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context))
        stream.pointee.time_base = encoder.context.pointee.time_base
        stream.pointee.avg_frame_rate = encoder.context.pointee.framerate
    }

    /// Writing is buffered: that it failed may show at no call's return.
    private func checkOutput() throws(FramegenError) {
        if let output = context.pointee.pb { try check(output.pointee.error) }
    }

    private func check(_ status: Int32) throws(FramegenError) {
        guard status < 0 else { return }
        throw failure(Libav.reason(status))
    }

    private func failure(_ reason: String) -> FramegenError {
        FramegenError(.cannotWrite, "\(path) cannot be written: \(reason)")
    }
}
