import Framegen

extension FramegenError.Code {
    /// The exit code of a command that ends with such an error, after `sysexits.h`; 130 is what a shell gives to a
    /// process that Ctrl-C ended.
    var exitCode: Int32 {
        switch self {
        case .invalidRequest: 64
        case .invalidData: 65
        case .notFound: 66
        case .cannotWrite: 73
        case .cancelled: 130
        default: 70
        }
    }
}

extension FramegenError {
    /// The message on one line; what the libraries say would help has a flag here.
    var line: String { message.onOneLine.replacing("allow overwriting", with: "allow overwriting (--overwrite)") }
}
