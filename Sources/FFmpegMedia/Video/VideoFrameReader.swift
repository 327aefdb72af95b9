import CFFmpeg
import CFFmpegShims
package import FrameGeneration

/// Reads the pictures of a video file, in order.
package final class VideoFrameReader {
    /// What a file says of its streams.
    package struct Info: Sendable, Equatable {
        /// Of the pictures.
        package let size: ImageSize
        /// As FFmpeg calls it.
        package let videoCodec: String
        /// Frames in `frameRate.denominator` seconds, on average.
        package let frameRate: FrameRate?
        /// Length of the pictures; nil where the file does not say.
        package let videoSeconds: Double?
        /// Length of the sound; nil where there is none or the file does not say.
        package let soundSeconds: Double?
        /// Matrix, primaries, transfer and range as FFmpeg calls them.
        package let colours: [String]
    }

    package let info: Info
    private let decoder: StreamDecoder
    private var converter: (key: [Int], converter: PictureConverter)?

    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is no video.
    package init(path: String) throws(FramegenError) {
        let input = try MediaInput(path: path)
        decoder = try StreamDecoder(input, input.bestStream(AVMEDIA_TYPE_VIDEO), name: "pictures")
        let stream = decoder.stream.pointee
        guard let parameters = stream.codecpar?.pointee else {
            throw FramegenError(.invalidData, "\(path) has no pictures")
        }
        let rate = stream.avg_frame_rate
        info = Info(
            size: ImageSize(width: Int(parameters.width), height: Int(parameters.height)),
            videoCodec: String(cString: avcodec_get_name(parameters.codec_id)),
            frameRate: FrameRate(Int(rate.num), per: Int(rate.den)),
            videoSeconds: input.duration(of: decoder.stream),
            soundSeconds: input.bestStream(AVMEDIA_TYPE_AUDIO).flatMap { input.duration(of: $0) },
            colours: [
                av_color_space_name(parameters.color_space), av_color_primaries_name(parameters.color_primaries),
                av_color_transfer_name(parameters.color_trc), av_color_range_name(parameters.color_range),
            ].map { name in name.map { String(cString: $0) } ?? "unknown" })
    }

    /// The next picture, converted with the matrix that it is tagged with (BT.601 where it is not); nil after the last.
    ///
    /// - Throws: `FramegenError` when the file cannot be read.
    package func next() throws(FramegenError) -> PixelImage? {
        guard let frame = try decoder.next() else { return nil }
        let picture = frame.pointee
        let size = ImageSize(width: Int(picture.width), height: Int(picture.height))
        let isFullRange = picture.color_range == AVCOL_RANGE_JPEG
        let key = [size.width, size.height, Int(picture.format), Int(picture.colorspace.rawValue), isFullRange ? 1 : 0]
        if converter?.key != key {
            let colours = PictureConverter.Colours(
                matrix: Int32(picture.colorspace.rawValue), isFullRange: isFullRange)
            converter = (key, try .decoding(size, AVPixelFormat(rawValue: picture.format), colours))
        }
        return try converter?.converter.convert(frame).image()
    }

    /// The next picture as it is stored; nil after the last.
    ///
    /// - Throws: `FramegenError` when the file cannot be read, or holds no 4:2:0 pictures of 8 bits.
    package func nextPlanes() throws(FramegenError) -> PlanarPicture? {
        guard let frame = try decoder.next() else { return nil }
        let picture = frame.pointee
        guard picture.format == AV_PIX_FMT_YUV420P.rawValue else {
            throw FramegenError(.invalidData, "\(decoder.input.path) does not hold 8-bit pictures in 4:2:0")
        }
        let size = ImageSize(width: Int(picture.width), height: Int(picture.height))
        guard size == size.roundedUpToEven else {
            throw FramegenError(.invalidData, "\(decoder.input.path) is \(size), expected even sides")
        }
        return PlanarPicture(
            size: size, luma: picture.bytes(ofPlane: 0, size.width, size.height),
            blueDifference: picture.bytes(ofPlane: 1, size.width / 2, size.height / 2),
            redDifference: picture.bytes(ofPlane: 2, size.width / 2, size.height / 2))
    }
}
