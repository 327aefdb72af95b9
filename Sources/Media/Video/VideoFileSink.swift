import CFFmpeg
public import FrameGeneration

/// Writes frames as an MP4 file: H.264, with the sound of a file as AAC.
///
/// Colours are converted to and tagged as BT.709, limited range, 4:2:0. That has even sizes only: at an odd width or
/// height the last column or row is repeated. The sound is cut to the length of the pictures or filled up with silence.
///
/// The file is written beside its final name, hidden, and appears when it is finished; before the first frame nothing is
/// written. Memory does not grow with the length.
public actor VideoFileSink: FrameSink {
    /// Extensions, in lower case, that the file's name may have.
    public static let fileExtensions = ["mp4", "m4v", "mov"]

    /// The H.264 encoder in use, as FFmpeg calls it.
    public nonisolated let encoderName: String
    /// What users should know when it is not x264; otherwise nil.
    public nonisolated let warning: String?
    /// Threads the encoder may use; nil where it chooses.
    public nonisolated var threadCount: Int? {
        settings.threads == 0 || encoderName != H264Encoder.names[0] ? nil : settings.threads
    }
    /// When the encoder gave its first packet: it looks some frames ahead.
    package private(set) var firstPacketInstant: ContinuousClock.Instant?
    private let path: String
    private let frameSize: ImageSize
    private let settings: VideoSettings
    private let overwrites: Bool
    private let converter = VideoPictureConverter()
    private let buffer: FrameBuffer
    private let video: StreamEncoder
    private let sound: SoundTrackEncoder?
    private var writer: MP4Writer?
    private var frameCount = 0
    /// Why nothing more can be written; set by the first failure and by the end.
    private var closed: FramegenError?
    private let executor = StageExecutor(name: "encode")

    /// Encoding and writing block, so they run on a thread of their own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A sink for a video file at `path`.
    ///
    /// - Parameters:
    ///   - path: a name that ends in `.mp4`, `.m4v` or `.mov`; missing folders are made with the first frame.
    ///   - frameSize: of every frame.
    ///   - settings: rate and quality.
    ///   - soundPath: any file with sound that FFmpeg reads; nil for a silent video.
    ///   - overwrites: whether a file that is there already may be replaced, which happens only by a whole new one.
    /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.cannotWrite` when `path` is taken,
    ///   `.notFound` and `.invalidData` when the sound cannot be read, `.notFound` when FFmpeg has no H.264 encoder.
    public init(
        path: String, frameSize: ImageSize, settings: VideoSettings, soundPath: String? = nil, overwrites: Bool = false
    ) throws(FramegenError) {
        try self.init(
            path: path, frameSize: frameSize, settings: settings, soundPath: soundPath, overwrites: overwrites,
            encoders: H264Encoder.names)
    }

    // With FFmpeg's names of the encoders to look for, best first.
    package init(
        path: String, frameSize: ImageSize, settings: VideoSettings, soundPath: String?, overwrites: Bool,
        encoders: [String]
    ) throws(FramegenError) {
        MediaLog.catchMessages()
        try settings.validate()
        // H.264 knows nothing larger.
        guard (2...16_384).contains(frameSize.width), (2...16_384).contains(frameSize.height) else {
            throw FramegenError(.invalidRequest, "frames of \(frameSize), expected 2×2 to 16384×16384 for a video")
        }
        try Self.check(path, overwrites: overwrites)
        let codec = try H264Encoder.find(encoders)
        sound = if let soundPath { try SoundTrackEncoder(path: soundPath) } else { nil }
        buffer = try FrameBuffer(frameSize.roundedUpToEven, AV_PIX_FMT_YUV420P)
        video = try H264Encoder.open(codec, size: frameSize.roundedUpToEven, settings: settings)
        encoderName = video.name
        warning = H264Encoder.warning(codec)
        self.path = path
        self.frameSize = frameSize
        self.settings = settings
        self.overwrites = overwrites
    }

    /// Encodes a frame, and the sound that belongs to it.
    ///
    /// A frame's picture is taken as it is, if it has one; otherwise its image is converted.
    ///
    /// - Throws: `FramegenError`: `.cannotWrite` naming the file, of which nothing is left then; `.invalidRequest` for a
    ///   frame of another size.
    public func write(_ frame: Frame) throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in
            guard frame.size == frameSize else {
                throw FramegenError(
                    .invalidRequest, "frame \(frame.index) is \(frame.size), the video is \(frameSize)")
            }
            try add(picture(of: frame))
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file, of which nothing is left then.
    public func finish() throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in
            guard let writer else { throw FramegenError(.cannotWrite, "\(path) cannot be a video of no frames") }
            try encode(nil, to: writer)
            try encodeSound(isLast: true, to: writer)
            try writer.finish(overwrites: overwrites)
        }
        close(FramegenError(.cannotWrite, "\(path) is finished already"))
    }

    /// Removes what was written.
    public func abandon() {
        close(FramegenError(.cannotWrite, "\(path) was abandoned"))
    }

    private func picture(of frame: Frame) throws(FramegenError) -> PlanarPicture {
        if let picture = frame.picture { return picture }
        return try converter.picture(of: frame.image)
    }

    private func add(_ picture: PlanarPicture) throws(FramegenError) {
        let writer = try openWriter()
        // An encoder may still hold the last one.
        try Libav.check(av_frame_make_writable(buffer.pointer)) { reason in
            FramegenError(.internalFailure, "no memory for a picture of \(frameSize): \(reason)")
        }
        buffer.copy(picture)
        buffer.pointer.pointee.pts = Int64(frameCount)
        buffer.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        try encode(buffer, to: writer)
        frameCount += 1
        try encodeSound(isLast: false, to: writer)
    }

    private func openWriter() throws(FramegenError) -> MP4Writer {
        if let writer { return writer }
        let encoders = [video] + (sound.map { [$0.encoder] } ?? [])
        let opened = try MP4Writer(path: path, encoders: encoders)
        writer = opened
        return opened
    }

    private func encode(_ picture: FrameBuffer?, to writer: MP4Writer) throws(FramegenError) {
        try video.encode(picture) { packet throws(FramegenError) in
            if firstPacketInstant == nil { firstPacketInstant = .now }
            // Without it the last frame would not count.
            packet.pointer.pointee.duration = 1
            try writer.write(packet, toStream: 0, from: video)
        }
    }

    private func encodeSound(isLast: Bool, to writer: MP4Writer) throws(FramegenError) {
        guard let sound else { return }
        try sound.encode(upTo: frameCount, settings.frameRate, isLast: isLast) { packet throws(FramegenError) in
            try writer.write(packet, toStream: 1, from: sound.encoder)
        }
    }

    private func closingOnFailure(_ work: () throws(FramegenError) -> Void) throws(FramegenError) {
        if let closed { throw closed }
        do {
            try work()
        } catch {
            close(error)
            throw error
        }
    }

    /// The writer removes its file, unless that is finished, when it goes.
    private func close(_ reason: FramegenError) {
        closed = closed ?? reason
        writer = nil
    }

    package static func check(_ path: String, overwrites: Bool) throws(FramegenError) {
        try OutputFile.check(path, contents: "a video", extensions: fileExtensions, overwrites: overwrites)
    }
}
