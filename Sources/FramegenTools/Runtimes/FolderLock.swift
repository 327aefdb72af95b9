import Foundation
import FrameGeneration

/// Keeps other programs from changing the same folder at the same time; it ends with the process at the latest.
struct FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `FramegenError` with `.cannotWrite` when another program has it, or the folder cannot be written to.
    init(_ folder: String) throws(FramegenError) {
        let path = "\(folder)/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Folder.unwritable(folder, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FramegenError(
                .cannotWrite, "\(folder) is being written by another program; try again when it is done")
        }
    }

    func release() { close(descriptor) }
}
