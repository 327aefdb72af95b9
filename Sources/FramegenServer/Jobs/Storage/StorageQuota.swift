import Synchronization

/// Counts the bytes of uploads and videos, those that are being sent too.
final class StorageQuota: Sendable {
    private let limitInBytes: Int
    private let used: Mutex<Int>

    init(limitInBytes: Int, usedInBytes: Int) {
        self.limitInBytes = limitInBytes
        used = Mutex(usedInBytes)
    }

    var usedInBytes: Int { used.withLock { $0 } }

    /// Counts bytes before they are written.
    ///
    /// - Throws: `Problem` with `.storageFull` when there are too many; they are not counted then.
    func reserve(_ count: Int) throws(Problem) {
        let fits = used.withLock { used in
            guard count <= limitInBytes - used else { return false }
            used += count
            return true
        }
        guard fits else { throw .storageFull }
    }

    /// Counts bytes that are there, over the limit or not.
    func add(_ count: Int) { used.withLock { $0 += count } }

    /// Counts bytes no more.
    func release(_ count: Int) { used.withLock { $0 -= count } }
}
