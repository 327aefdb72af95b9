import CFFmpeg
public import FrameGeneration
public import MediaSupport

/// Writes frames as an MP4 file: H.264, with the sound that the frames carry as AAC.
///
/// Colours are converted to and tagged as BT.709, limited range, 4:2:0. That has even sizes only: at an odd width or
/// height the last column or row is repeated.
///
/// The file is written beside its final name, hidden, and appears when it is finished; before the first frame nothing is
/// written. Memory does not grow with the length.
public actor VideoFileSink: FrameSink {
    /// Extensions, in lower case, that the file's name may have.
    public static let fileExtensions = ["mp4", "m4v", "mov"]

    /// True.
    public nonisolated var wantsPictures: Bool { true }
    /// The H.264 encoder in use, as FFmpeg calls it.
    public nonisolated let encoderName: String
    /// What users should know of the encoder or of what it makes: that it is not x264, or that many players refuse a
    /// lossless video; otherwise nil.
    public nonisolated let warning: String?
    /// Threads the encoder may use; nil where it chooses.
    public nonisolated let threadCount: Int?
    /// When the encoder gave its first packet: it looks some frames ahead.
    package var firstPacketInstant: ContinuousClock.Instant? { encoder.firstPacketInstant }
    private let path: String
    private let overwrites: Bool
    private let encoder: MovieEncoder
    private var muxer: MP4FileMuxer?
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
    ///   - sound: of every frame's sound; nil for a silent video, in which sound that frames carry is left out.
    ///   - segment: which part of a longer video it is, for `VideoJoining`; nil for a whole one.
    ///   - overwrites: whether a file that is there already may be replaced, which happens only by a whole new one.
    /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.cannotWrite` when `path` is taken,
    ///   `.notFound` when FFmpeg has no H.264 encoder.
    public init(
        path: String, frameSize: ImageSize, settings: VideoSettings, sound: SoundTrackFormat? = nil,
        segment: VideoSegment? = nil, overwrites: Bool = false
    ) throws(FramegenError) {
        try self.init(
            path: path, frameSize: frameSize, settings: settings, sound: sound, segment: segment,
            overwrites: overwrites, encoders: H264Encoder.names)
    }

    // With FFmpeg's names of the encoders to look for, best first.
    package init(
        path: String, frameSize: ImageSize, settings: VideoSettings, sound: SoundTrackFormat? = nil,
        segment: VideoSegment? = nil, overwrites: Bool, encoders: [String]
    ) throws(FramegenError) {
        try Self.check(path, overwrites: overwrites)
        encoder = try MovieEncoder(
            frameSize: frameSize, settings: settings, sound: sound, segment: segment, encoders: encoders)
        encoderName = encoder.video.stream.name
        warning = encoder.video.warning
        threadCount = !encoder.video.isX264 || settings.threads == 0 ? nil : settings.threads
        self.path = path
        self.overwrites = overwrites
    }

    /// Takes the sound just before a segment's first frame, `VideoSegment.soundLead` samples of each channel or all that
    /// there is; a whole video makes nothing of it.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when it is not what comes before the segment.
    public func write(soundBefore span: SoundSpan) async throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in try encoder.encode(soundBefore: span) }
    }

    /// Encodes a frame, and the sound that it carries.
    ///
    /// A frame's picture is taken as it is, if it has one; otherwise its image is converted.
    ///
    /// - Throws: `FramegenError`: `.cannotWrite` naming the file, of which nothing is left then; `.invalidRequest` for a
    ///   frame of another size, or whose sound is missing or does not follow that of the frame before.
    public func write(_ frame: Frame) throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in try encoder.encode(frame, to: openMuxer()) }
    }

    /// Completes the file and gives it its name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file, of which nothing is left then.
    public func finish() throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in
            guard let muxer else { throw FramegenError(.cannotWrite, "\(path) cannot be a video of no frames") }
            if let mark = try encoder.finish(to: muxer) { muxer.setComment(try mark.comment()) }
            try muxer.finish()
        }
        close(FramegenError(.cannotWrite, "\(path) is finished already"))
    }

    /// Removes what was written.
    public func abandon() {
        close(FramegenError(.cannotWrite, "\(path) was abandoned"))
    }

    private func openMuxer() throws(FramegenError) -> MP4FileMuxer {
        if let muxer { return muxer }
        let opened = try MP4FileMuxer(path: path, streams: encoder.streams(), overwrites: overwrites)
        muxer = opened
        return opened
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

    /// The muxer removes its file, unless that is finished, when it goes.
    private func close(_ reason: FramegenError) {
        closed = closed ?? reason
        muxer = nil
    }

    package static func check(_ path: String, overwrites: Bool) throws(FramegenError) {
        try OutputFile.check(path, contents: "a video", extensions: fileExtensions, overwrites: overwrites)
    }
}
