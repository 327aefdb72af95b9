import CFFmpeg
import CFFmpegShims
import Foundation
import FrameGeneration

/// A sound or video file that is open for reading.
///
/// FFmpeg gets bytes of this one file and nothing else: it sees no path, and is refused any other file or address that
/// the content may name, so a playlist in disguise reads nothing.
final class MediaInput {
    /// As the user gave it.
    let path: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private let bytes: InputBytes

    /// Names of formats that consist of references to other files.
    private static let listFormats: Set<String> = [
        "concat", "dash", "hls", "imf", "sdp", "rtsp", "webm_dash_manifest", "applehttp", "vapoursynth", "avisynth",
    ]

    /// - Parameters:
    ///   - path: the file.
    ///   - settings: options of FFmpeg's readers; those that a format does not know have no effect.
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if FFmpeg knows no such
    ///   format.
    init(path: String, settings: [String: String] = [:]) throws(FramegenError) {
        MediaLog.catchMessages()
        _ = MediaLog.takeError()
        self.path = path
        let file = try RegularFile(path)
        bytes = try InputBytes(file)
        guard let context = avformat_alloc_context() else { throw Libav.outOfMemory() }
        context.pointee.pb = bytes.stream
        context.pointee.io_open = { _, _, _, _, _ in framegen_averror_denied }
        // No protocol has this name, so none is allowed; lists open their files past io_open.
        context.pointee.protocol_whitelist = av_strdup("none")

        let format: UnsafePointer<AVInputFormat>
        do {
            format = try Self.format(of: file, bytes)
        } catch {
            avformat_free_context(context)
            throw error
        }
        var opened: UnsafeMutablePointer<AVFormatContext>? = context
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (key, value) in settings { av_dict_set(&options, key, value, 0) }
        // Frees the context when it fails.
        let status = avformat_open_input(&opened, nil, format, &options)
        guard status >= 0, let opened else { throw bytes.error ?? Self.damaged(path, status) }
        self.context = opened
        let found = avformat_find_stream_info(opened, nil)
        if let error = bytes.error { throw error }
        guard found >= 0 else { throw Self.damaged(path, found) }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    /// The stream of a kind that players would choose, or nil.
    func bestStream(_ kind: AVMediaType) -> UnsafeMutablePointer<AVStream>? {
        let index = av_find_best_stream(context, kind, -1, -1, nil, 0)
        return index < 0 ? nil : context.pointee.streams[Int(index)]
    }

    /// All streams of a kind, in the order in which FFmpeg counts them.
    func streams(_ kind: AVMediaType) -> [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { index in
            guard let stream = context.pointee.streams[index], stream.pointee.codecpar.pointee.codec_type == kind else {
                return nil
            }
            return stream
        }
    }

    /// FFmpeg's names of the file's format.
    var formatNames: Set<String> { Self.names(of: context.pointee.iformat) }

    /// Whether times may begin anew within a file of this format, as where two were put together.
    var mayRestart: Bool { context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// Leaves out all packets but those of one stream.
    func select(_ stream: UnsafeMutablePointer<AVStream>) {
        for index in 0..<Int(context.pointee.nb_streams) where context.pointee.streams[index] != stream {
            context.pointee.streams[index]?.pointee.discard = AVDISCARD_ALL
        }
    }

    /// Reads the next packet of any stream; false at the end, be it where it should or where a damaged file ends.
    ///
    /// - Throws: `FramegenError` with `.notFound` when the system fails to read the file.
    func read(into packet: Packet) throws(FramegenError) -> Bool {
        av_packet_unref(packet.pointer)
        let status = av_read_frame(context, packet.pointer)
        if let error = bytes.error { throw error }
        return status >= 0
    }

    /// Seconds that a stream lasts, as the file says of it or of all its streams; nil where it does not.
    func duration(of stream: UnsafeMutablePointer<AVStream>) -> Double? {
        guard knowsDurations else { return nil }
        if let own = ownDuration(of: stream) { return own }
        let whole = context.pointee.duration
        return whole != framegen_no_timestamp && whole > 0 ? Double(whole) / Double(AV_TIME_BASE) : nil
    }

    /// Seconds that a stream lasts, as the file says of this one; nil where it does not.
    func ownDuration(of stream: UnsafeMutablePointer<AVStream>) -> Double? {
        let stream = stream.pointee
        guard knowsDurations, stream.duration != framegen_no_timestamp, stream.duration > 0 else { return nil }
        return Double(stream.duration) * av_q2d(stream.time_base)
    }

    /// What the first bytes' bit rate makes of the file's size is far off where the rate changes.
    private var knowsDurations: Bool { context.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE }

    /// Checks that a file is sound or video, by its beginning alone.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` that says what it is
    ///   otherwise.
    static func checkKind(_ path: String) throws(FramegenError) {
        MediaLog.catchMessages()
        let file = try RegularFile(path)
        _ = try format(of: file, InputBytes(file))
    }

    /// Sound whose header is text.
    private static let textHeaders = [Array("NIST_1A".utf8), Array("#!AMR".utf8)]

    private static func format(
        of file: RegularFile, _ bytes: InputBytes
    ) throws(FramegenError) -> UnsafePointer<AVInputFormat> {
        let path = file.path
        let start = try file.bytes(in: 0..<min(file.byteCount, FileContent.startByteCount))
        let content = textHeaders.contains { start.starts(with: $0) } ? nil : FileContent(startingWith: start)
        let other = content?.role == .sound ? nil : content?.name
        func refusal() -> FramegenError {
            let found = other.map { "is \($0)" } ?? FileContent.bytes(ofFileStartingWith: start)
            return FramegenError(.invalidData, "\(path) is not a sound or video file: it \(found)")
        }
        var format: UnsafePointer<AVInputFormat>?
        // The name is a hint, as the extension tells some formats apart.
        let status = av_probe_input_buffer2(bytes.stream, &format, path, nil, 0, 0)
        if let error = bytes.error { throw error }
        guard status >= 0, let format else {
            _ = MediaLog.takeError()
            throw refusal()
        }
        guard listFormats.isDisjoint(with: names(of: format)) else {
            throw FramegenError(.invalidData, "\(path) is a list of other files, expected the sound or video itself")
        }
        // FFmpeg takes images for videos of one picture, and by their names texts for sounds.
        guard other == nil, format.pointee.flags & AVFMT_NOFILE == 0 else { throw refusal() }
        return format
    }

    private static func names(of format: UnsafePointer<AVInputFormat>) -> Set<String> {
        Set(String(cString: format.pointee.name).split(separator: ",").map(String.init))
    }

    private static func damaged(_ path: String, _ status: Int32) -> FramegenError {
        // FFmpeg's "invalid argument" is said of files that are none of what their names promise.
        guard status == framegen_averror_invalid_argument, let file = try? RegularFile(path),
            let start = try? file.bytes(in: 0..<min(file.byteCount, 4))
        else { return FramegenError(.invalidData, "\(path) is damaged: \(Libav.reason(status))") }
        _ = MediaLog.takeError()
        return FramegenError(
            .invalidData,
            "\(path) is no sound or video file, or damaged: it \(FileContent.bytes(ofFileStartingWith: start))")
    }
}

/// Hands the bytes of a file to FFmpeg.
private final class InputBytes {
    private static let bufferSize = 1 << 15

    let stream: UnsafeMutablePointer<AVIOContext>
    private let reader: Reader

    /// Why the system failed to read, where it did.
    var error: FramegenError? { reader.error }

    private final class Reader {
        let file: RegularFile
        var position = 0
        var error: FramegenError?

        init(_ file: RegularFile) { self.file = file }

        func read(into buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int32 {
            let end = min(position + max(0, count), file.byteCount)
            guard position < end else { return framegen_averror_eof }
            do {
                let bytes = try file.bytes(in: position..<end)
                buffer.update(from: bytes, count: bytes.count)
                position = end
                return Int32(bytes.count)
            } catch {
                self.error = error
                return framegen_averror_io
            }
        }

        func seek(to offset: Int64, _ whence: Int32) -> Int64 {
            let base: Int
            switch whence & ~AVSEEK_FORCE {
            case AVSEEK_SIZE: return Int64(file.byteCount)
            case SEEK_SET: base = 0
            case SEEK_CUR: base = position
            case SEEK_END: base = file.byteCount
            default: return -1
            }
            let (target, overflows) = base.addingReportingOverflow(Int(offset))
            guard !overflows, target >= 0 else { return -1 }
            position = target
            return Int64(target)
        }
    }

    init(_ file: RegularFile) throws(FramegenError) {
        reader = Reader(file)
        guard let buffer = av_malloc(Self.bufferSize) else { throw Libav.outOfMemory() }
        let stream = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0,
            Unmanaged.passUnretained(reader).toOpaque(),
            { reader, buffer, count in
                guard let reader, let buffer else { return framegen_averror_io }
                return Unmanaged<Reader>.fromOpaque(reader).takeUnretainedValue().read(into: buffer, Int(count))
            }, nil,
            { reader, offset, whence in
                guard let reader else { return -1 }
                return Unmanaged<Reader>.fromOpaque(reader).takeUnretainedValue().seek(to: offset, whence)
            })
        guard let stream else {
            av_free(buffer)
            throw Libav.outOfMemory()
        }
        self.stream = stream
    }

    deinit {
        // FFmpeg may have replaced the buffer.
        av_freep(&stream.pointee.buffer)
        var stream: UnsafeMutablePointer<AVIOContext>? = stream
        avio_context_free(&stream)
    }
}
