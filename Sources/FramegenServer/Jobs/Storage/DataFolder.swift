import Foundation
import FrameGeneration

/// The folder with all that survives the process: the database, uploads and videos.
///
/// It is locked as long as this lives, so that no second server takes the first one's files for leftovers.
package final class DataFolder: Sendable {
    /// The database's file.
    let databasePath: String
    /// Where sounds lie while sessions read them; nothing in it outlives the process.
    let speechPath: String
    private let uploadsPath: String
    private let videosPath: String
    private let lock: Int32

    /// Makes what is missing.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` that names the folder.
    init(path: String) throws(FramegenError) {
        databasePath = "\(path)/jobs.sqlite"
        speechPath = "\(path)/speech"
        uploadsPath = "\(path)/uploads"
        videosPath = "\(path)/videos"
        try Folder.make(path)
        lock = try FileLock.lockFolder(path)
        do {
            for folder in [uploadsPath, videosPath, speechPath] { try Folder.make(folder) }
            for name in (try? FileManager.default.contentsOfDirectory(atPath: speechPath)) ?? [] {
                try? FileManager.default.removeItem(atPath: "\(speechPath)/\(name)")
            }
            try Self.synchronize(path)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit { close(lock) }

    func uploadPath(_ id: String) -> String { "\(uploadsPath)/\(id)" }

    func videoPath(_ id: String) -> String { "\(videosPath)/\(id)\(Self.videoEnding)" }

    private static let videoEnding = ".mp4"

    /// What is in the folders under the names of uploads and jobs.
    func files() throws(FramegenError) -> StoredFiles {
        let videos = try names(videosPath).filter { $0.hasSuffix(Self.videoEnding) }
        return StoredFiles(
            uploads: Self.sizes(try names(uploadsPath), path: uploadPath),
            videos: Self.sizes(videos.map { String($0.dropLast(Self.videoEnding.count)) }, path: videoPath))
    }

    /// Removes all but `known`, unfinished files too.
    ///
    /// - Returns: how many there were.
    func removeAll(but known: StoredFiles) throws(FramegenError) -> Int {
        let uploads = Set(known.uploads.keys)
        let videos = Set(known.videos.keys.map { $0 + Self.videoEnding })
        var count = 0
        for (folder, keeping) in [(uploadsPath, uploads), (videosPath, videos)] {
            for name in try names(folder) where !keeping.contains(name) {
                do {
                    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                    count += 1
                } catch {
                    throw FramegenError(.cannotWrite, "\(folder)/\(name) cannot be removed: \(error)", cause: error)
                }
            }
        }
        return count
    }

    /// Has the names in the folder of uploads survive a power cut.
    func synchronizeUploads() throws(FramegenError) { try Self.synchronize(uploadsPath) }

    /// Has a finished video survive a power cut.
    ///
    /// - Returns: its bytes.
    func synchronizeVideo(_ id: String) throws(FramegenError) -> Int {
        let path = videoPath(id)
        try Self.synchronize(path)
        try Self.synchronize(videosPath)
        guard let size = Self.size(path) else { throw FramegenError(.cannotWrite, "\(path) is gone") }
        return size
    }

    /// Removes a file; it is well if there is none.
    func removeUpload(_ id: String) { unlink(uploadPath(id)) }

    /// Removes a file; it is well if there is none.
    func removeVideo(_ id: String) { unlink(videoPath(id)) }

    private func names(_ folder: String) throws(FramegenError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FramegenError(.notFound, "\(folder) cannot be read: \(error.localizedDescription)", cause: error)
        }
    }

    private static func sizes(_ names: [String], path: (String) -> String) -> [String: Int] {
        var sizes: [String: Int] = [:]
        for name in names where RandomID.isValid(name) { sizes[name] = size(path(name)) }
        return sizes
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    private static func synchronize(_ path: String) throws(FramegenError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Folder.unwritable(path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Folder.unwritable(path, errno) }
    }
}
