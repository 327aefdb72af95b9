/// The release of a runtime that framegen is tested with, as a package of the Python package index: from its wheel only
/// libraries and licences are taken, so it is no matter for which Python it is.
package struct RuntimeRelease: Sendable {
    /// The package's name, and that of the folder it is installed in.
    package let package: String
    /// The package's version.
    package let version: String
    /// One for each kind of machine.
    package let wheels: [Wheel]
    /// What is to be downloaded, at most.
    package let wheelMegabytes: Int
    /// The folder in the wheel that the libraries are in.
    package let libraryFolder: String
    /// The libraries that are needed, as patterns with `*`; the rest of a wheel is other devices, other model formats and
    /// Python.
    package let libraries: [String]
    /// Files, or folders of files, in the wheel: the runtime's licence, and those of what it brings.
    package let licences: [String]

    /// A file of the release.
    package struct Wheel: Sendable {
        /// System and architecture, as `RuntimeRelease.machine` has them.
        package let machine: String
        /// What it runs on, in the index's words.
        package let platform: String
        /// In lower case hexadecimal digits.
        package let sha256: String

        package init(machine: String, platform: String, sha256: String) {
            self.machine = machine
            self.platform = platform
            self.sha256 = sha256
        }
    }

    package init(
        package: String, version: String, wheels: [Wheel], wheelMegabytes: Int, libraryFolder: String,
        libraries: [String], licences: [String]
    ) {
        self.package = package
        self.version = version
        self.wheels = wheels
        self.wheelMegabytes = wheelMegabytes
        self.libraryFolder = libraryFolder
        self.libraries = libraries
        self.licences = licences
    }

    /// The wheel for this machine; nil where there is none.
    package var wheel: Wheel? { wheels.first { $0.machine == Self.machine } }

    /// What the folder of an installed runtime says of itself in its file `stamp`.
    package func stamp(of wheel: Wheel) -> String { "\(package) \(version) \(wheel.platform) sha256:\(wheel.sha256)" }

    /// System and architecture of this machine.
    package static let machine: String = {
        #if os(macOS)
            let system = "macOS"
        #else
            let system = "Linux"
        #endif
        #if arch(x86_64)
            return "\(system) x86_64"
        #elseif arch(arm64)
            return "\(system) arm64"
        #else
            return "\(system) on another architecture"
        #endif
    }()
}
