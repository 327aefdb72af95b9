import Foundation

/// Names of files, and where they lead.
package enum FileName {
    /// A hidden name in the same folder, so that a renaming stays within one file system.
    ///
    /// A name that would become too long is cut, and told from others by a hash.
    package static func hidden(for path: String) -> String {
        let (folder, name) = split(path)
        let (prefix, suffix) = (".", ".partial")
        let limit = longestName(in: folder)
        guard prefix.utf8.count + name.utf8.count + suffix.utf8.count > limit else {
            return "\(folder)\(prefix)\(name)\(suffix)"
        }
        let mark = "~" + String(hash(name), radix: 16)
        var start = ""
        for character in name {
            guard
                prefix.utf8.count + start.utf8.count + String(character).utf8.count + mark.utf8.count
                    + suffix.utf8.count <= limit
            else { break }
            start.append(character)
        }
        return "\(folder)\(prefix)\(start)\(mark)\(suffix)"
    }

    /// Bytes of the longest name that a file in the folder of `path` may have.
    package static func longestName(in folder: String) -> Int {
        let limit = pathconf(folder.isEmpty ? "." : folder, Int32(_PC_NAME_MAX))
        return limit > 0 ? limit : 255
    }

    /// Where a link at `path` leads to, whether there is a file or not; `path` where there is no link.
    package static func followingLinks(_ path: String) -> String {
        var path = path
        // As many as Linux follows.
        for _ in 1...40 {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            else { break }
            path = target.hasPrefix("/") ? target : split(path).folder + target
        }
        return path
    }

    /// Whether two paths are names of one file or folder, also through links.
    package static func isSame(_ path: String, _ other: String) -> Bool {
        var (one, two) = (stat(), stat())
        if stat(path, &one) == 0, stat(other, &two) == 0 { return one.st_ino == two.st_ino && one.st_dev == two.st_dev }
        return resolved(path) == resolved(other)
    }

    /// A path without links, doubled slashes and the names `.` and `..`, whether there is a file or not.
    package static func resolved(_ path: String) -> String {
        Folder.withoutSlash(
            URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path(percentEncoded: false))
    }

    /// The folder with its slash, empty for a name alone, and the name.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    /// FNV-1a in 64 bits.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
