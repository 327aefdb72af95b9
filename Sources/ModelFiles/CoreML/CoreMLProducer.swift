/// The programs that write packages, and the key of a package's metadata under which each says its version.
enum CoreMLProducer: String, CaseIterable {
    case framegen
    case coremltools

    var key: String {
        switch self {
        case .framegen: "framegen.version"
        case .coremltools: "com.github.apple.coremltools.version"
        }
    }
}
