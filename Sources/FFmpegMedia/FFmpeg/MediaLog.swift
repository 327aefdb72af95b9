import CFFmpegShims

/// What FFmpeg's libraries say while they work; they are kept from the terminal unless asked.
public enum MediaLog {
    /// Libav has one log for the whole process; it is taken over at the first use of sound or video.
    private static let isCaught: Bool = {
        framegen_ffmpeg_catch_log()
        return true
    }()

    /// Whether FFmpeg's messages also go to standard error; they do not before the first call.
    public static func setVerbose(_ isVerbose: Bool) {
        catchMessages()
        framegen_ffmpeg_set_verbose(isVerbose ? 1 : 0)
    }

    /// To be called before anything else of FFmpeg.
    static func catchMessages() { _ = isCaught }

    /// The first error that FFmpeg reported on this thread since the last call, as it worded it.
    static func takeError() -> String? {
        let text = String(cString: framegen_ffmpeg_take_error())
        return text.isEmpty ? nil : text
    }
}
