import Foundation
import FrameGeneration
import Framegen

/// A sound file that came over the network; it is gone when this is, and what reads it goes on.
actor SpooledSound {
    private let path: String
    private let handle: FileHandle
    private var byteCount = 0
    private let executor = StageExecutor(name: "speech")

    /// Writing and reading block, so they run on a thread of their own.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// An empty file.
    ///
    /// - Throws: `Problem` with `.storageFull` when there is no room for a file.
    init(in folder: String) throws(Problem) {
        path = "\(folder)/\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw Problem(.storageFull, "there is no room for the sound") }
        self.handle = handle
    }

    deinit {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Adds bytes.
    ///
    /// - Throws: `Problem`: `.tooLarge` beyond `limit` bytes in all, `.storageFull` when the disk is full.
    func append(_ bytes: some DataProtocol & Sendable, limit: Int) throws(Problem) {
        byteCount += bytes.count
        guard byteCount <= limit else {
            throw Problem(
                .tooLarge, "the sound is over \(limit) bytes, expected at most that; longer ones are for jobs")
        }
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw Problem(.storageFull, "there is no room for the sound")
        }
    }

    /// The sound of the whole file.
    ///
    /// - Throws: `Problem` with `.unreadableSound`.
    func open() throws(Problem) -> any SoundSource {
        guard byteCount > 0 else { throw Problem(.unreadableSound, "the body is empty, expected a sound file") }
        do throws(FramegenError) {
            return UnnamedSound(try Platform.standard.openSound(path, nil, true), at: path)
        } catch {
            throw Problem(.unreadableSound, error.message.replacing(path, with: UnnamedSound.name))
        }
    }
}
