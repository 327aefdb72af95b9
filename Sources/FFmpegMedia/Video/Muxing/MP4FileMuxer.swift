import CFFmpeg
import FrameGeneration

/// Writes an MP4 file beside its final name; it appears there when it is whole, and is removed otherwise.
final class MP4FileMuxer: Muxer {
    private let file: PartialFile
    private let output: MP4Output

    /// Opens the partial file; missing folders are made.
    ///
    /// - Parameters:
    ///   - path: the final name.
    ///   - streams: one for each stream.
    ///   - overwrites: whether a file that has the name at the end is replaced.
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    init(path: String, streams: [StreamParameters], overwrites: Bool) throws(FramegenError) {
        file = try PartialFile(path, overwrites: overwrites, makesFolder: true)
        // FFmpeg opens it itself, as it reads it again at the end. Whatever characters the name holds, it is a file.
        let address = "file:\(file.partialPath)"
        output = try MP4Output(name: path, address: address, streams: streams)
        try output.check(avio_open(&output.context.pointee.pb, address, AVIO_FLAG_WRITE))
        // With the index in front, players can start before they have the whole file.
        try output.writeHeader(["movflags": "+faststart"])
    }

    deinit { avio_closep(&output.context.pointee.pb) }

    /// Writes a packet, once those are there that must come before it.
    func write(_ packet: Packet, toStream stream: Int) throws(FramegenError) {
        _ = output.address(packet, toStream: stream)
        try output.check(av_interleaved_write_frame(output.context, packet.pointer))
        try output.checkOutput()
    }

    /// Sets a text that the file carries.
    func setComment(_ text: String) { av_dict_set(&output.context.pointee.metadata, "comment", text, 0) }

    /// Completes the file and gives it its name.
    func finish() throws(FramegenError) {
        try output.writeTrailer()
        try output.check(avio_closep(&output.context.pointee.pb))
        try file.finish()
    }
}
