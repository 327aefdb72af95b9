package import Foundation

/// Where test data lives.
package enum Fixtures {
    /// The package's own folder.
    package static let packageFolder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file or folder below `Tests/Fixtures`.
    package static func path(_ relative: String) -> String {
        packageFolder.appending(path: "Tests/Fixtures/\(relative)").path(percentEncoded: false)
    }

    /// The path of a file or folder below `Demo`.
    package static func demoPath(_ relative: String) -> String {
        packageFolder.appending(path: "Demo/\(relative)").path(percentEncoded: false)
    }

    /// The whole golden data beside the checkout, where there is any; the part the project ships is in `Fixtures`.
    package static func sharedPath(_ relative: String) -> String? {
        let path = packageFolder.deletingLastPathComponent().appending(path: "shared/\(relative)")
            .path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}

/// A folder of its own that is removed with its owner.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(named name: String = "framegen-test") throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }
}
