import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Converts pictures between blue, green, red and what video holds, and from one size to another.
final class PictureConverter {
    /// Colours of a video's pictures.
    struct Colours {
        /// Of `AVColorSpace`; those of `sws_getCoefficients` are the same numbers.
        var matrix: Int32
        var isFullRange: Bool

        /// What `VideoFileSink` writes.
        static let hd = Colours(matrix: Int32(AVCOL_SPC_BT709.rawValue), isFullRange: false)
    }

    private let target: FrameBuffer
    // SwsContext is opaque in some versions of FFmpeg and a struct in others; both do.
    private let scaler = sws_alloc_context()

    /// From pictures as libavcodec decodes them to BGR.
    static func decoding(
        _ size: ImageSize, _ format: AVPixelFormat, _ colours: Colours
    ) throws(FramegenError) -> PictureConverter {
        try PictureConverter(size, from: format, colours, to: AV_PIX_FMT_BGR24, nil)
    }

    /// From BGR to 4:2:0 for an encoder.
    static func encoding(_ size: ImageSize, _ colours: Colours) throws(FramegenError) -> PictureConverter {
        try PictureConverter(size, from: AV_PIX_FMT_BGR24, nil, to: AV_PIX_FMT_YUV420P, colours)
    }

    /// From 4:2:0 to the same of another size, for an encoder.
    static func scaling(_ size: ImageSize, to target: ImageSize, _ colours: Colours) throws(FramegenError)
        -> PictureConverter
    {
        try PictureConverter(size, from: AV_PIX_FMT_YUV420P, colours, to: AV_PIX_FMT_YUV420P, colours, of: target)
    }

    /// - Parameters:
    ///   - size: of the pictures that come in.
    ///   - source: how the pictures are stored that come in.
    ///   - sourceColours: their colours; nil for RGB.
    ///   - format: how the pictures are stored that go out.
    ///   - colours: their colours; nil for RGB.
    ///   - targetSize: of the pictures that go out; nil for the same.
    /// - Throws: `FramegenError` with `.internalFailure` when libswscale refuses.
    private init(
        _ size: ImageSize, from source: AVPixelFormat, _ sourceColours: Colours?, to format: AVPixelFormat,
        _ colours: Colours?, of targetSize: ImageSize? = nil
    ) throws(FramegenError) {
        let targetSize = targetSize ?? size
        target = try FrameBuffer(targetSize, format)
        let settings = UnsafeMutableRawPointer(scaler)
        for (name, value) in [
            ("srcw", size.width), ("srch", size.height), ("src_format", Int(source.rawValue)),
            ("dstw", targetSize.width), ("dsth", targetSize.height), ("dst_format", Int(format.rawValue)),
            ("src_range", sourceColours?.isFullRange ?? true ? 1 : 0),
            ("dst_range", colours?.isFullRange ?? true ? 1 : 0),
            ("sws_flags", Int(framegen_sws_flags)),
            // Where H.264 has colour samples unless it says otherwise: above the left one of two columns, between two
            // rows. Libswscale's own default is between the columns.
            ("src_h_chr_pos", sourceColours == nil ? -513 : 0), ("src_v_chr_pos", sourceColours == nil ? -513 : 128),
            ("dst_h_chr_pos", colours == nil ? -513 : 0), ("dst_v_chr_pos", colours == nil ? -513 : 128),
        ] {
            try Libav.check(av_opt_set_int(settings, name, Int64(value), 0), or: Self.failed)
        }
        try Libav.check(sws_init_context(scaler, nil, nil), or: Self.failed)
        let status = sws_setColorspaceDetails(
            scaler, sws_getCoefficients(sourceColours?.matrix ?? 0), sourceColours?.isFullRange ?? true ? 1 : 0,
            sws_getCoefficients(colours?.matrix ?? 0), colours?.isFullRange ?? true ? 1 : 0, 0, 1 << 16, 1 << 16)
        try Libav.check(status, or: Self.failed)
    }

    deinit { sws_freeContext(scaler) }

    /// Converts a picture of the size and kind this was made for; the result stays as it is until the next call.
    func convert(_ picture: UnsafePointer<AVFrame>) throws(FramegenError) -> FrameBuffer {
        // An encoder may still hold the last one.
        try Libav.check(av_frame_make_writable(target.pointer), or: Self.failed)
        try Libav.check(sws_scale_frame(scaler, target.pointer, picture), or: Self.failed)
        return target
    }

    private static func failed(_ reason: String) -> FramegenError {
        FramegenError(.internalFailure, "FFmpeg cannot convert a picture's colours: \(reason)")
    }
}
