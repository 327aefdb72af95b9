import Foundation

/// A file that is to be written.
package enum OutputFile {
    /// Checks before any work that a file may be written at `path`.
    ///
    /// - Parameters:
    ///   - path: where to.
    ///   - contents: what it will hold, for messages: `a video`.
    ///   - extensions: in lower case, those that its name may have.
    ///   - overwrites: whether a file that is there already may be replaced.
    /// - Throws: `FramegenError` naming `path`: `.invalidRequest` for another extension, `.cannotWrite` when the name is
    ///   taken.
    package static func check(
        _ path: String, contents: String, extensions: [String], overwrites: Bool
    ) throws(FramegenError) {
        try checkExtension(path, contents: contents, extensions: extensions)
        try checkFree(path, contents: contents, overwrites: overwrites)
        try checkPlace(path)
    }

    /// Checks that a name ends as those of such files do.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` naming `path`.
    package static func checkExtension(
        _ path: String, contents: String, extensions: [String]
    ) throws(FramegenError) {
        guard let fileExtension = fileExtension(of: path), extensions.contains(fileExtension), !path.utf8.contains(0)
        else {
            let path = path.isEmpty ? "an empty name" : path.replacing("\0", with: "?")
            let endings = extensions.map { ".\($0)" }
            let list = (endings.dropLast(2) + [endings.suffix(2).joined(separator: " or ")]).joined(separator: ", ")
            throw FramegenError(
                .invalidRequest, "\(path) is no name for \(contents), expected one that ends in \(list)")
        }
    }

    /// Checks that the folder, or the nearest one above it that is there, takes a file of that name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    package static func checkPlace(_ path: String) throws(FramegenError) {
        let path = FileName.followingLinks(path)
        let folder = try Folder.checkWritable(Folder.parent(of: path), for: path)
        let length = path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count
        let limit = FileName.longestName(in: folder)
        guard length <= limit else {
            throw FramegenError(
                .cannotWrite, "\(path) cannot be written: its name has \(length) bytes, expected at most \(limit)")
        }
    }

    /// Checks that nothing at `path` is in the way.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    package static func checkFree(_ path: String, contents: String, overwrites: Bool) throws(FramegenError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        guard !isFolder.boolValue else {
            throw FramegenError(.cannotWrite, "\(path) is a folder, expected a file for \(contents)")
        }
        guard overwrites else {
            throw FramegenError(.cannotWrite, "\(path) already exists: choose another name, or allow overwriting")
        }
    }

    /// Checks that no other run is writing a file or a folder of that name.
    ///
    /// One that begins after this is found when the output is opened.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    package static func checkIdle(_ path: String) throws(FramegenError) {
        try FileLock.checkIdle(FileName.hidden(for: FileName.followingLinks(path)), toBecome: path)
    }

    /// Checks that what is to be written is none of the files and folders that are read.
    ///
    /// - Parameters:
    ///   - path: where to write.
    ///   - inputs: files and folders.
    ///   - folders: whose files are read, so that none that is there already may be written.
    /// - Throws: `FramegenError` with `.invalidRequest` naming `path`.
    package static func checkApart(
        _ path: String, from inputs: [String], andFilesIn folders: [String] = []
    ) throws(FramegenError) {
        let target = FileName.followingLinks(path)
        if FileManager.default.fileExists(atPath: target),
            let folder = folders.first(where: { FileName.isSame($0, Folder.parent(of: target)) })
        {
            throw FramegenError(
                .invalidRequest,
                "\(path) is to be written and is a file of \(folder), which is an input too, expected a name of its own"
            )
        }
        guard let input = inputs.first(where: { FileName.isSame($0, path) }) else { return }
        let same = input == path ? "is" : "is the same as \(input), which is"
        throw FramegenError(
            .invalidRequest, "\(path) is to be written and \(same) an input too, expected a name of its own")
    }

    /// The part behind the last dot of the name, in lower case; nil without a dot.
    package static func fileExtension(of path: String) -> String? {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts[parts.count - 1].lowercased() : nil
    }
}
