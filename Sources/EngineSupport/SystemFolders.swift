/// Where packages put libraries.
enum SystemFolders {
    static let packages = ["/usr/lib"] + multiarch.map { "/usr/lib/\($0)" } + ["/usr/local/lib"]
    static let homebrew = ["/opt/homebrew/lib"]

    /// Debian's name for this architecture; the folders of others may hold libraries that cannot be loaded here.
    private static let multiarch: [String] = {
        #if arch(x86_64)
            ["x86_64-linux-gnu"]
        #elseif arch(arm64)
            ["aarch64-linux-gnu"]
        #else
            []
        #endif
    }()
}
