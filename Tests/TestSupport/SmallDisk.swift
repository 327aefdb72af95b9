import Foundation

/// A file system of a few kilobytes in memory, to be filled up.
package final class SmallDisk: Sendable {
    package let path: String
    private let folder: TemporaryFolder

    /// Whether this process may mount one.
    package static var isPossible: Bool {
        geteuid() == 0 && (try? SmallDisk(sizeInKilobytes: 64)) != nil
    }

    package init(sizeInKilobytes: Int) throws {
        folder = try TemporaryFolder()
        path = folder.path
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(sizeInKilobytes)k", "tmpfs", path)
    }

    deinit { try? Self.run("umount", path) }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
