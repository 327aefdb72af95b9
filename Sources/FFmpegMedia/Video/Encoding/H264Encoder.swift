import CFFmpeg
import CFFmpegShims
import Foundation
import FrameGeneration
import MediaSupport

/// Makes H.264 encoders.
enum H264Encoder {
    /// What FFmpeg calls the encoders that work without a device, best first.
    static let names = ["libx264", "h264_videotoolbox", "libopenh264", "h264_mf"]

    /// The first of `names` that libavcodec has.
    ///
    /// - Throws: `FramegenError` with `.notFound` when it has none.
    static func find(_ names: [String] = names) throws(FramegenError) -> UnsafePointer<AVCodec> {
        for name in names {
            if let codec = avcodec_find_encoder_by_name(name) { return codec }
        }
        throw FramegenError(
            .notFound, "FFmpeg's libavcodec has no H.264 encoder here, expected one built with libx264")
    }

    /// What users should know of an encoder that is not the best one.
    static func warning(_ codec: UnsafePointer<AVCodec>) -> String? {
        guard !isX264(codec) else { return nil }
        let name = String(cString: codec.pointee.name)
        return "FFmpeg's libavcodec has no \(names[0]) here: \(name) encodes at a bit rate instead, without presets"
    }

    /// The same, and what there is to know of a video of these settings.
    static func warning(_ codec: UnsafePointer<AVCodec>, _ settings: VideoSettings) -> String? {
        if let warning = warning(codec) { return warning }
        guard settings.crf == 0 else { return nil }
        return "the constant rate factor 0 makes a lossless video, of H.264's profile High 4:4:4 Predictive, which "
            + "browsers and QuickTime do not play; with 1 or more they do"
    }

    /// Whether it is x264, which alone knows presets and threads.
    static func isX264(_ codec: UnsafePointer<AVCodec>) -> Bool { String(cString: codec.pointee.name) == names[0] }

    /// Opens an encoder for pictures of an even `size`.
    ///
    /// - Parameters:
    ///   - codec: one of `find`'s.
    ///   - size: of every picture.
    ///   - settings: rate and quality.
    ///   - joinsOthers: whether its packets are to be put behind those of another encoder of the same settings.
    /// - Returns: the encoder, open.
    /// - Throws: `FramegenError` with `.internalFailure` when it refuses.
    static func open(
        _ codec: UnsafePointer<AVCodec>, size: ImageSize, settings: VideoSettings, joinsOthers: Bool
    ) throws(FramegenError) -> StreamEncoder {
        let rate = settings.frameRate
        return try StreamEncoder(codec) { context in
            context.pointee.width = Int32(size.width)
            context.pointee.height = Int32(size.height)
            context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
            context.pointee.time_base = AVRational(num: Int32(rate.denominator), den: Int32(rate.numerator))
            context.pointee.framerate = AVRational(num: Int32(rate.numerator), den: Int32(rate.denominator))
            context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
            context.pointee.color_range = AVCOL_RANGE_MPEG
            context.pointee.colorspace = AVCOL_SPC_BT709
            context.pointee.color_primaries = AVCOL_PRI_BT709
            context.pointee.color_trc = AVCOL_TRC_BT709
            context.pointee.chroma_sample_location = AVCHROMA_LOC_LEFT
            if let interval = settings.keyFrameInterval { context.pointee.gop_size = Int32(interval) }
            if settings.lowDelay {
                context.pointee.max_b_frames = 0
                context.pointee.flags |= framegen_codec_low_delay
            }
            if joinsOthers { context.pointee.flags |= framegen_codec_closed_groups }
            guard isX264(codec) else {
                context.pointee.bit_rate = Int64(settings.bitRate(ofPictures: size))
                return 0
            }
            context.pointee.thread_count = Int32(settings.threads)
            return configureX264(context.pointee.priv_data, settings, joinsOthers: joinsOthers)
        }
    }

    private static func configureX264(
        _ options: UnsafeMutableRawPointer, _ settings: VideoSettings, joinsOthers: Bool
    ) -> Int32 {
        // Frames come at a fixed rate; otherwise it waits for the next one to see how long each lasts.
        var parameters = "force-cfr=1"
        // Headers that do not depend on the pictures, and no picture that needs one of another encoder.
        if joinsOthers { parameters += ":stitchable=1:open-gop=0" }
        var texts = [("preset", settings.preset.rawValue), ("x264-params", parameters)]
        if settings.lowDelay { texts.append(("tune", "zerolatency")) }
        for (name, value) in texts {
            let status = av_opt_set(options, name, value, 0)
            guard status >= 0 else { return status }
        }
        // A key frame that is asked for is one that nothing after it looks behind.
        let status = av_opt_set_int(options, "forced-idr", 1, 0)
        guard status >= 0 else { return status }
        return av_opt_set_double(options, "crf", Double(settings.crf), 0)
    }
}
