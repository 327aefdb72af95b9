import CFFmpeg
import CPNG
import CTurboJPEG

/// The libraries that images, sound and video go through, and what they offer here.
public enum MediaLibraries {
    /// A library and its version.
    public struct Library: Sendable, Hashable, Codable {
        /// Such as `libavcodec`.
        public let name: String
        /// Such as `59.37.100`.
        public let version: String
    }

    /// FFmpeg's libraries and libpng as they run, and libjpeg-turbo as it was built with.
    public static var all: [Library] {
        let versions: [(String, UInt32)] = [
            ("libavformat", avformat_version()), ("libavcodec", avcodec_version()), ("libavutil", avutil_version()),
            ("libswscale", swscale_version()), ("libswresample", swresample_version()),
        ]
        let ffmpeg = versions.map { name, version in
            Library(name: name, version: "\(version >> 16).\(version >> 8 & 0xff).\(version & 0xff)")
        }
        return [Library(name: "FFmpeg", version: String(cString: av_version_info()))] + ffmpeg + [
            Library(name: "libjpeg-turbo", version: String(cString: framegen_turbojpeg_version())),
            Library(name: "libpng", version: String(cString: framegen_png_version())),
        ]
    }

    /// FFmpeg's name of the encoder that videos are made with; nil where there is none.
    public static var h264Encoder: String? {
        (try? H264Encoder.find()).map { String(cString: $0.pointee.name) }
    }

    /// What users should know of that encoder when it is not the best one.
    public static var h264Warning: String? { (try? H264Encoder.find()).flatMap(H264Encoder.warning) }

    /// FFmpeg's name of the encoder that the sound of videos is made with; nil where there is none.
    public static var aacEncoder: String? {
        avcodec_find_encoder(AV_CODEC_ID_AAC).map { String(cString: $0.pointee.name) }
    }

    /// The licence of the FFmpeg that was found, which binds whoever passes on a program with it.
    public static var ffmpegLicence: String { String(cString: avcodec_license()) }
}
