import EngineSupport
import Foundation
import FrameGeneration
import Media

/// The wheel of a runtime's release for this machine: where it comes from, and that it is the right one.
struct RuntimeWheel: Sendable {
    let release: RuntimeRelease
    private let wheel: RuntimeRelease.Wheel

    /// What the folder of the installed runtime says of itself.
    var stamp: String { release.stamp(of: wheel) }

    /// - Throws: `FramegenError` with `.notFound` when there is none for this machine.
    init(of kind: RuntimeKind) throws(FramegenError) {
        guard let wheel = kind.release.wheel else {
            throw FramegenError(
                .notFound,
                "no build of \(kind.name) \(kind.release.version) for \(RuntimeRelease.machine) is known; set "
                    + "\(kind.environmentVariable) to the folder of one of your own")
        }
        release = kind.release
        self.wheel = wheel
    }

    /// The command that downloads it, so that pip's own settings decide from where.
    ///
    /// A download rather than an installation, since the pip of some systems installs into virtual environments only. The
    /// Python is the one that the checksum is of.
    func downloadCommand(into folder: String) -> [String] {
        [
            "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--implementation",
            "cp",
            "--python-version", "311", "--platform", wheel.platform, "--dest", folder,
            "\(release.package)==\(release.version)",
        ]
    }

    /// Downloads it into a folder.
    ///
    /// - Returns: its path.
    /// - Throws: `FramegenError` with `.notFound` when it cannot be had, `.invalidData` when another file came.
    func download(into folder: String) async throws(FramegenError) -> String {
        let trial = try await ChildProgram.run(["python3", "-m", "pip", "--version"])
        guard !trial.isMissing else { throw Self.pythonIsMissing }
        guard trial.exitCode == 0 else {
            throw FramegenError(
                .notFound, "python3 has no pip, which downloads the runtimes (Debian's package is python3-pip)")
        }
        let download = try await ChildProgram.run(downloadCommand(into: folder))
        guard download.exitCode == 0 else {
            let lines = download.errors.split(separator: "\n")
            // A fault that pip did not expect is told by the last line of a trace, under a first one that says nothing.
            let said = lines.last { $0.hasPrefix("ERROR") && $0 != "ERROR: Exception:" } ?? lines.last
            let reason = said ?? "it did not say why"
            throw FramegenError(
                .notFound,
                "pip could not download \(release.package) \(release.version) for \(wheel.platform): \(reason)")
        }
        return try find(in: [folder])
    }

    /// Finds it among wheels and in folders of wheels, by its name and its checksum.
    ///
    /// - Throws: `FramegenError` with `.notFound` when there is no file of the name, `.invalidData` when that is another
    ///   file.
    func find(in paths: [String]) throws(FramegenError) -> String {
        var candidates: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
                candidates += try Folder.names(at: path).sorted().map { "\(path)/\($0)" }
            } else {
                candidates.append(path)
            }
        }
        let start = "\(release.package)-\(release.version)-"
        candidates.removeAll { path in
            let name = path.split(separator: "/").last ?? ""
            return !(name.hasPrefix(start) && name.hasSuffix(".whl") && name.contains(wheel.platform))
        }
        guard let path = candidates.first else {
            throw FramegenError(
                .notFound,
                "\(paths.joined(separator: ", ")) has no wheel of \(release.package) \(release.version), expected "
                    + "\(start)*\(wheel.platform)*.whl")
        }
        let digest = try FileDigest.sha256(ofFileAt: path)
        guard digest == wheel.sha256 else {
            throw FramegenError(
                .invalidData, "\(path) has the SHA-256 \(digest), expected \(wheel.sha256); it was not installed")
        }
        return path
    }

    /// Unpacks the wheel at `path` into `folder`, and moves what is needed of it into `target`.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` or, when the wheel is not as it should be, `.invalidData`.
    func unpack(_ path: String, into folder: String, target: String) async throws(FramegenError) {
        let result = try await ChildProgram.run(["python3", "-m", "zipfile", "-e", path, folder])
        guard !result.isMissing else { throw Self.pythonIsMissing }
        guard result.exitCode == 0 else {
            let reason = result.errors.split(separator: "\n").last ?? "is the disk full?"
            throw FramegenError(.cannotWrite, "\(path) cannot be unpacked into \(folder): \(reason)")
        }
        let libraries = "\(folder)/\(release.libraryFolder)"
        let names = (try? Folder.names(at: libraries)) ?? []
        for pattern in release.libraries {
            let matches = names.filter { fnmatch(pattern, $0, 0) == 0 }
            guard !matches.isEmpty else {
                throw FramegenError(.invalidData, "\(path) holds no \(release.libraryFolder)/\(pattern)")
            }
            for name in matches { try Self.move("\(libraries)/\(name)", into: target) }
        }
        let licences = "\(target)/licenses"
        try Folder.make(licences)
        for licence in release.licences {
            let source = "\(folder)/\(licence)"
            guard FileManager.default.fileExists(atPath: source) else {
                throw FramegenError(.invalidData, "\(path) holds no \(licence)")
            }
            let files = (try? Folder.names(at: source))?.map { "\(source)/\($0)" } ?? [source]
            for file in files { try Self.move(file, into: licences) }
        }
    }

    private static func move(_ path: String, into folder: String) throws(FramegenError) {
        let name = path.split(separator: "/").last ?? ""
        guard rename(path, "\(folder)/\(name)") == 0 else { throw Folder.unwritable("\(folder)/\(name)", errno) }
    }

    private static var pythonIsMissing: FramegenError {
        FramegenError(
            .notFound,
            "python3 is missing, which downloads and unpacks the runtimes (Debian's packages are python3 and python3-pip)"
        )
    }
}
