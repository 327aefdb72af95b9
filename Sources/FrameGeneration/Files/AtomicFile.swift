import Foundation

/// Files that appear under their name only when they are whole.
package enum AtomicFile {
    /// Writes beside `path` and renames.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it, an older one stays.
    package static func write(_ bytes: [UInt8], to path: String) throws(FramegenError) {
        let file = try PartialFile(path)
        try file.append(bytes)
        try file.finish(overwrites: true)
    }

    /// A hidden name in the same folder, so that the rename stays within one file system.
    package static func partialPath(for path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).partial" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).partial"
    }
}
