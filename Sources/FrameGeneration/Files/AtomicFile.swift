/// Small files that appear under their name only when they are whole.
package enum AtomicFile {
    /// Writes beside `path` and renames; a file that is there is replaced, and a folder that is not there made if asked for.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it, an older one stays.
    package static func write(_ bytes: [UInt8], to path: String, makesFolder: Bool = false) throws(FramegenError) {
        let file = try PartialFile(path, overwrites: true, makesFolder: makesFolder)
        try file.append(bytes)
        try file.finish()
    }
}
