internal import Foundation

/// Where installed runtimes are: folders that hold one for each runtime, named after its package.
package enum RuntimeFolders {
    /// The user's: `framegen/runtimes` in `XDG_DATA_HOME` or `~/.local/share`, on macOS in
    /// `~/Library/Application Support`.
    package static var user: String { userFolder(environment: ProcessInfo.processInfo.environment) }
    /// The system's, for what no package manager brings.
    package static let system = "/usr/local/lib/framegen/runtimes"
    /// The system's, for packages.
    package static let packages = "/usr/lib/framegen/runtimes"
    /// In a folder above the program: what was packed with it, and what a checkout of framegen sets up for itself.
    package static let withProgram = ["lib/framegen/runtimes", ".runtimes"]

    /// The user's folder in a process with such an environment.
    package static func userFolder(environment: [String: String]) -> String {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        #if os(macOS)
            return "\(home)/Library/Application Support/framegen/runtimes"
        #else
            // The specification says to ignore what is not absolute.
            let dataHome = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            return "\(dataHome ?? "\(home)/.local/share")/framegen/runtimes"
        #endif
    }
}
