public import FrameGeneration
public import MediaSupport

/// Sends frames as a fragmented MP4 while they are made: H.264, with the sound that the frames carry as AAC.
///
/// With the first frame comes what players need to begin, as one piece of bytes; then a piece for each frame, as soon as
/// the encoder gives it: with `VideoSettings.lowDelay` at once. Sound comes with the pictures that are ready by then. All
/// times are later by the sound encoder's delay, 1024 samples, as none may be negative. Pictures are as `VideoFileSink`
/// makes them. A day of it takes no more memory than a second.
public actor VideoStreamSink: FrameSink {
    /// True.
    public nonisolated var wantsPictures: Bool { true }
    /// The H.264 encoder in use, as FFmpeg calls it.
    public nonisolated let encoderName: String
    /// What users should know of the encoder or of what it makes: that it is not x264, or that many players refuse a
    /// lossless video; otherwise nil.
    public nonisolated let warning: String?
    private let writer: any StreamWriter
    private let name: String
    private let encoder: MovieEncoder
    private var muxer: FragmentedMP4Muxer?
    private var pushes: [StreamPush] = []
    /// Why nothing more can be sent; set by the first failure and by the end.
    private var closed: FramegenError?
    private let executor = StageExecutor(name: "encode")

    /// Encoding blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A sink for a stream.
    ///
    /// - Parameters:
    ///   - writer: takes the pieces.
    ///   - name: what to call the stream in errors.
    ///   - frameSize: of every frame.
    ///   - settings: rate and quality.
    ///   - sound: of every frame's sound; nil for a silent stream, in which sound that frames carry is left out.
    /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.notFound` when FFmpeg has no H.264
    ///   encoder.
    public init(
        to writer: any StreamWriter, name: String = "the video stream", frameSize: ImageSize, settings: VideoSettings,
        sound: SoundTrackFormat? = nil
    ) throws(FramegenError) {
        try self.init(to: writer, name: name, frameSize: frameSize, settings: settings, sound: sound, silence: nil)
    }

    /// With pictures of the same avatar that need not be encoded again, where `settings` are of low delay.
    package init(
        to writer: any StreamWriter, name: String = "the video stream", frameSize: ImageSize, settings: VideoSettings,
        sound: SoundTrackFormat?, silence: SilentGroups?
    ) throws(FramegenError) {
        encoder = try MovieEncoder(frameSize: frameSize, settings: settings, sound: sound, silence: silence)
        encoderName = encoder.video.stream.name
        warning = encoder.video.warning
        self.writer = writer
        self.name = name
    }

    /// Pictures that were not encoded, since they had been before.
    package var picturesSentAgain: Int { encoder.video.silence?.sentAgainCount ?? 0 }

    /// Makes the next frame one that players can begin at.
    public func requestKeyFrame() { encoder.video.requestKeyFrame() }

    /// Sends the same encoding to a media server too, while the returned push runs.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - pause: waits before it is tried again; tests pass their own.
    /// - Returns: the push, to be run beside the stream.
    /// - Throws: `FramegenError` when FFmpeg is out of memory.
    public func push(
        to address: PushAddress,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws(FramegenError) -> StreamPush {
        let push = StreamPush(
            to: address, streams: try encoder.streams(),
            requestKeyFrame: { [weak self] in Task { await self?.requestKeyFrame() } }, pause: pause)
        pushes.append(push)
        return push
    }

    /// Encodes a frame and the sound that it carries, and sends what is ready.
    ///
    /// - Throws: `FramegenError`: what the writer throws; `.invalidRequest` for a frame of another size, or whose sound is
    ///   missing or does not follow that of the frame before. Nothing more is sent then.
    public func write(_ frame: Frame) async throws(FramegenError) {
        try await sending { muxer throws(FramegenError) in
            try encoder.encode(frame, to: copying(muxer))
            try muxer.endPicture()
        }
    }

    /// Sends what is left.
    ///
    /// - Throws: `FramegenError`: what the writer throws.
    public func finish() async throws(FramegenError) {
        try await sending { muxer throws(FramegenError) in
            guard encoder.video.pictureCount > 0 else {
                throw FramegenError(.cannotWrite, "\(name) cannot be a video of no frames")
            }
            try encoder.finish(to: copying(muxer))
            try muxer.finish()
        }
        close(FramegenError(.cannotWrite, "\(name) is finished already"))
        try await writer.write(StreamPiece(.end))
    }

    /// Sends nothing more.
    public func abandon() {
        close(FramegenError(.cannotWrite, "\(name) was abandoned"))
    }

    private func copying(_ muxer: FragmentedMP4Muxer) -> any Muxer {
        pushes.isEmpty ? muxer : CopyingMuxer(muxer, copyingTo: pushes.map(\.queue))
    }

    private func sending(
        _ work: (FragmentedMP4Muxer) throws(FramegenError) -> Void
    ) async throws(FramegenError) {
        if let closed { throw closed }
        do {
            let muxer = if let muxer { muxer } else { try FragmentedMP4Muxer(name: name, streams: encoder.streams()) }
            try work(muxer)
            self.muxer = muxer
            for piece in muxer.takePieces() { try await writer.write(piece) }
        } catch {
            close(error)
            throw error
        }
    }

    private func close(_ reason: FramegenError) {
        closed = closed ?? reason
        muxer = nil
        for push in pushes { push.queue.finish() }
    }
}
