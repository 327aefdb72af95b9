import Foundation
import FrameGeneration
import Framegen
import Media

/// The check that servers use.
package enum SoundChecks {
    /// Opens the file as a take would.
    package static let standard: SoundCheck = { path throws(FramegenError) in
        _ = try Platform.standard.openSound(path, nil, true)
    }
}

/// A sound that is being sent: written as it comes to a hidden file, which is gone with this unless it was kept.
actor IncomingUpload {
    nonisolated let id = RandomID.make()
    private let folder: DataFolder
    private let quota: StorageQuota
    private let limitInBytes: Int
    private var file: PartialFile?
    private var byteCount = 0
    private var isKept = false
    private let executor = StageExecutor(name: "upload")

    /// Writing blocks, so it runs on a thread of its own.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(folder: DataFolder, quota: StorageQuota, limitInBytes: Int) {
        self.folder = folder
        self.quota = quota
        self.limitInBytes = limitInBytes
    }

    deinit { if !isKept { quota.release(byteCount) } }

    /// Writes the next bytes.
    ///
    /// - Throws: `Problem`: `.tooLarge` over the limit, `.storageFull` when the quota or the disk is used up.
    func append(_ bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= limitInBytes - byteCount else {
            throw Problem(.tooLarge, "the sound has more than \(limitInBytes) bytes, which is as many as it may have")
        }
        try quota.reserve(bytes.count)
        byteCount += bytes.count
        try mapping { () throws(FramegenError) in try openFile().append(bytes) }
    }

    /// Checks that it is sound, and gives the file its name, for good.
    ///
    /// - Returns: its bytes, and where they were asked for, their SHA-256.
    /// - Throws: `Problem`: `.unreadableSound`, `.storageFull`.
    func finish(_ check: SoundCheck, makesDigest: Bool) throws(Problem) -> (bytes: Int, digest: String) {
        guard byteCount > 0 else { throw Problem(.unreadableSound, "the uploaded sound has no bytes") }
        var digest = ""
        try mapping { () throws(FramegenError) in
            let file = try openFile()
            do throws(FramegenError) {
                try check(file.partialPath)
            } catch {
                throw FramegenError(error.code, ClientText(hiding: file.partialPath).text(of: error), cause: error)
            }
            if makesDigest { digest = try FileDigest.sha256(ofFileAt: file.partialPath) }
            try file.synchronize()
            try file.finish()
            self.file = nil
            do throws(FramegenError) {
                try folder.synchronizeUploads()
            } catch {
                folder.removeUpload(id)
                throw error
            }
        }
        isKept = true
        return (byteCount, digest)
    }

    /// Removes what was written, unless it is kept already.
    func abandon() {
        guard !isKept else { return }
        file = nil
        quota.release(byteCount)
        byteCount = 0
    }

    private func openFile() throws(FramegenError) -> PartialFile {
        if let file { return file }
        let opened = try PartialFile(folder.uploadPath(id), overwrites: false)
        file = opened
        return opened
    }

    private func mapping(_ work: () throws(FramegenError) -> Void) throws(Problem) {
        do {
            try work()
        } catch {
            file = nil
            switch error.code {
            // With a quota that fits the disk it is full; what else keeps it from being written is no fault of the client's.
            case .cannotWrite: throw .storageFull
            case .cancelled, .internalFailure: throw Problem(.internalFailure, "the uploaded sound could not be kept")
            default: throw Problem(.unreadableSound, error.message)
            }
        }
    }
}

/// What is told to clients of errors that name files of the server.
struct ClientText {
    let path: String

    init(hiding path: String) { self.path = path }

    /// The message with the sound's path by another name, or a plain sentence where it names yet another path.
    func text(of error: FramegenError) -> String {
        let text = error.message.replacing(path, with: "the uploaded sound")
        return text.contains("/") ? "the uploaded sound cannot be read" : text
    }
}
