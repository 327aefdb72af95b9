extension FramegenError.Code {
    /// The exit code of a program that ends with such an error, after `sysexits.h`; 130 is what a shell gives to a process
    /// that Ctrl-C ended.
    package var exitCode: Int32 {
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
