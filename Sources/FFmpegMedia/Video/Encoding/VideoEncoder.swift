import CFFmpeg
import FrameGeneration
import MediaSupport

/// Encodes the pictures of frames as H.264.
final class VideoEncoder {
    let stream: StreamEncoder
    /// Of every frame.
    let frameSize: ImageSize
    /// Pictures that went in.
    private(set) var pictureCount = 0
    /// What users should know of the encoder or of what it makes; nil where there is nothing.
    let warning: String?
    /// Whether it is x264.
    let isX264: Bool
    private let converter = VideoPictureConverter()
    private let buffer: FrameBuffer
    /// Makes the pictures smaller; nil where they keep their size.
    private let scaler: PictureConverter?
    private var keyFrameIsWanted = false
    /// Nil where pictures are encoded each time.
    private(set) var silence: SilentGroupWalk?

    /// - Parameters:
    ///   - frameSize: of every frame.
    ///   - settings: rate and quality.
    ///   - joinsOthers: whether its packets are to be put behind those of another encoder of the same settings.
    ///   - silence: what was encoded before of the same avatar; of use with low delay alone.
    ///   - encoders: FFmpeg's names of the encoders to look for, best first.
    /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.notFound` when FFmpeg has no encoder.
    init(
        frameSize: ImageSize, settings: VideoSettings, joinsOthers: Bool, silence: SilentGroups?, encoders: [String]
    ) throws(FramegenError) {
        MediaLog.catchMessages()
        try settings.validate()
        // H.264 knows nothing larger.
        guard (2...16_384).contains(frameSize.width), (2...16_384).contains(frameSize.height) else {
            throw FramegenError(.invalidRequest, "frames of \(frameSize), expected 2×2 to 16384×16384 for a video")
        }
        let codec = try H264Encoder.find(encoders)
        warning = H264Encoder.warning(codec, settings)
        isX264 = H264Encoder.isX264(codec)
        let (wholeSize, size) = (frameSize.roundedUpToEven, settings.pictureSize(ofFrames: frameSize))
        buffer = try FrameBuffer(wholeSize, AV_PIX_FMT_YUV420P)
        scaler = size == wholeSize ? nil : try .scaling(wholeSize, to: size, .hd)
        stream = try H264Encoder.open(codec, size: size, settings: settings, joinsOthers: joinsOthers)
        self.frameSize = frameSize
        // Only then a packet is that of the frame that went in.
        if let silence, isX264, settings.lowDelay {
            self.silence = SilentGroupWalk(silence, settings: settings, frameSize: frameSize)
        }
    }

    /// Makes the next picture one that players can begin at.
    func requestKeyFrame() { keyFrameIsWanted = true }

    /// Encodes a frame's picture if it has one, otherwise its image, and hands out the packets that are ready; of a silent
    /// person those that were made before, if there are such.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for a frame of another size, and what `write` throws.
    func encode(_ frame: Frame, write: (Packet) throws(FramegenError) -> Void) throws(FramegenError) {
        guard frame.size == frameSize else {
            throw FramegenError(.invalidRequest, "frame \(frame.index) is \(frame.size), the video is \(frameSize)")
        }
        switch silence?.step(to: frame, keyFrameIsWanted: keyFrameIsWanted) {
        case .send(var packet):
            packet.presentationTime = Int64(pictureCount)
            packet.decodingTime = packet.presentationTime
            if packet.isKey { keyFrameIsWanted = false }
            pictureCount += 1
            return try write(try packet.packet())
        case .encode(let isKey): keyFrameIsWanted = keyFrameIsWanted || isKey
        case nil: break
        }
        let picture =
            if let picture = try frame.picture { picture } else { try converter.picture(of: frame.makeImage()) }
        // An encoder may still hold the last one.
        try Libav.check(av_frame_make_writable(buffer.pointer)) { reason in
            FramegenError(.internalFailure, "no memory for a picture of \(frameSize): \(reason)")
        }
        buffer.copy(picture)
        let encoded = if let scaler { try scaler.convert(buffer.pointer) } else { buffer }
        encoded.pointer.pointee.pts = Int64(pictureCount)
        encoded.pointer.pointee.pict_type = keyFrameIsWanted ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        keyFrameIsWanted = false
        try encode(encoded, write)
        pictureCount += 1
    }

    /// Hands out the packets that the encoder still holds.
    ///
    /// - Throws: `FramegenError`, and what `write` throws.
    func finish(write: (Packet) throws(FramegenError) -> Void) throws(FramegenError) { try encode(nil, write) }

    private func encode(
        _ picture: FrameBuffer?, _ write: (Packet) throws(FramegenError) -> Void
    ) throws(FramegenError) {
        try stream.encode(picture) { packet throws(FramegenError) in
            // Without it the last frame would not count.
            packet.pointer.pointee.duration = 1
            silence?.keep(packet)
            try write(packet)
        }
    }
}
