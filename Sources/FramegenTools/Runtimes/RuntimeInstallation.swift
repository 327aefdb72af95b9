package import EngineSupport
import Foundation
public import FrameGeneration
import Framegen

/// Puts the runtimes that framegen is tested with where every program that uses it finds them.
///
/// They are taken from the Python package index through pip, so pip's own settings decide from where, and checked against
/// the checksums that framegen knows. Python is needed for that alone.
public struct RuntimeInstallation: Sendable {
    /// Where runtimes are put.
    public enum Place: Sendable, Hashable {
        /// The user's folder for data: `~/.local/share/framegen/runtimes`, or what `XDG_DATA_HOME` says instead of
        /// `~/.local/share`; on macOS `~/Library/Application Support/framegen/runtimes`.
        case user
        /// `/usr/local/lib/framegen/runtimes`, for everybody on this machine.
        case system
        /// A folder that is found if it is `lib/framegen/runtimes` or `.runtimes` in a folder above the program.
        case folder(path: String)

        /// The folder.
        public var path: String {
            switch self {
            case .user: RuntimeFolders.user
            case .system: RuntimeFolders.system
            case .folder(let path): path
            }
        }
    }

    /// What goes on.
    public enum Event: Sendable, Hashable {
        /// A wheel is being downloaded, of up to so many megabytes.
        case downloading(name: String, version: String, megabytes: Int)
    }

    /// Where to.
    public var place = Place.user
    /// Wheels, and folders of wheels, that are taken instead of a download.
    public var wheelPaths: [String] = []
    private let kinds: [RuntimeKind]

    /// All runtimes that framegen knows, for the user.
    public init() { self.init(of: EngineKind.all.compactMap(\.runtime?.kind)) }

    /// Certain runtimes, for the user.
    package init(of kinds: [RuntimeKind]) { self.kinds = kinds }

    /// Installs what is not there already; each runtime appears when it is whole, and replaces an older one.
    ///
    /// - Parameter report: called for every event, in order.
    /// - Returns: the runtimes, all of which are there now.
    /// - Throws: `FramegenError`: `.notFound` when a runtime, or Python and its pip, cannot be had; `.invalidData` when a
    ///   wheel is not the one that was expected; `.cannotWrite` naming the folder; `.cancelled`. What was finished before
    ///   stays; of the rest nothing is left.
    public func run(
        report: @Sendable (Event) -> Void = { _ in }
    ) async throws(FramegenError) -> [InstalledRuntime] {
        let folder = place.path
        let made = try Folder.make(folder)
        defer { Folder.removeEmpty(made) }
        let lock = try FileLock.lockFolder(folder)
        defer { close(lock) }
        var installed: [InstalledRuntime] = []
        for kind in kinds { installed.append(try await install(kind, in: folder, report)) }
        return installed
    }

    private func install(
        _ kind: RuntimeKind, in folder: String, _ report: (Event) -> Void
    ) async throws(FramegenError) -> InstalledRuntime {
        let wheel = try RuntimeWheel(of: kind)
        let (package, version) = (kind.release.package, kind.release.version)
        let target = "\(folder)/\(package)"
        func installed(wasThere: Bool) -> InstalledRuntime {
            InstalledRuntime(name: kind.name, version: version, path: target, wasThere: wasThere)
        }
        if Self.holds(wheel.stamp, kind, target) { return installed(wasThere: true) }

        // Beside its target, so that a rename puts it there whole; the next run replaces what one that was killed left.
        let work = FileName.hidden(for: target)
        try Self.remove(work)
        defer { try? Self.remove(work) }
        for name in ["download", "wheel", "runtime"] { try Folder.make("\(work)/\(name)") }
        let path: String
        if wheelPaths.isEmpty {
            report(.downloading(name: kind.name, version: version, megabytes: kind.release.wheelMegabytes))
            path = try await wheel.download(into: "\(work)/download")
        } else {
            path = try wheel.find(in: wheelPaths)
        }
        try await wheel.unpack(path, into: "\(work)/wheel", target: "\(work)/runtime")
        try AtomicFile.write(Array("\(wheel.stamp)\n".utf8), to: "\(work)/runtime/stamp")
        try Task.checkNotCancelled()
        try Self.replace(target, by: "\(work)/runtime", keeping: "\(work)/old")
        return installed(wasThere: false)
    }

    private static func holds(_ stamp: String, _ kind: RuntimeKind, _ folder: String) -> Bool {
        guard let text = try? RegularFile.bytes(at: "\(folder)/stamp", limitInBytes: 4096) else { return false }
        let hasLibrary = (try? RuntimeSearch(for: kind, libraryFolder: folder).libraryPath()) != nil
        return hasLibrary && String(decoding: text, as: UTF8.self) == "\(stamp)\n"
    }

    /// Gives the folder at `source` the name `target`; what had the name gets it back if that fails.
    private static func replace(_ target: String, by source: String, keeping old: String) throws(FramegenError) {
        let hadOne = rename(target, old) == 0
        guard hadOne || errno == ENOENT else { throw Folder.unwritable(target, errno) }
        guard rename(source, target) == 0 else {
            let code = errno
            if hadOne { rename(old, target) }
            throw Folder.unwritable(target, code)
        }
    }

    private static func remove(_ path: String) throws(FramegenError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch CocoaError.fileNoSuchFile {
            return
        } catch {
            throw FramegenError(.cannotWrite, "\(path) cannot be removed: \(error.localizedDescription)", cause: error)
        }
    }
}

/// A runtime that is installed.
public struct InstalledRuntime: Sendable, Hashable, Encodable {
    /// What it is called.
    public let name: String
    /// Its release.
    public let version: String
    /// Its folder.
    public let path: String
    /// Whether it was there before.
    public let wasThere: Bool
}
