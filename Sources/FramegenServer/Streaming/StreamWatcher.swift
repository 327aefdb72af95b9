package import Hummingbird
import Synchronization

/// One who watches a broadcast.
package final class StreamWatcher: Sendable {
    let id: Int
    private let broadcast: StreamBroadcast
    /// Whether it got everything up to the end of the stream.
    var hasAll: Bool { gotAll.withLock { $0 } }
    private let gotAll = Mutex(false)

    init(id: Int, broadcast: StreamBroadcast) {
        self.id = id
        self.broadcast = broadcast
    }

    deinit {
        Task { [id, broadcast] in await broadcast.leave(id) }
    }

    /// The next bytes of the video: what comes before the fragments, then the fragments from a key frame on; nil when the
    /// stream is over, this one was let go, or its task was cancelled.
    package func next() async -> ByteBuffer? {
        await withTaskCancellationHandler {
            switch await broadcast.next(for: id) {
            case .bytes(let bytes): return bytes
            case .left: return nil
            case .ended:
                gotAll.withLock { $0 = true }
                await broadcast.leave(id)
                return nil
            }
        } onCancel: {
            Task { [id, broadcast] in await broadcast.leave(id) }
        }
    }

    /// Watches no longer.
    package func leave() async { await broadcast.leave(id) }

    /// Returns when this one has left or was let go.
    func departure() async { await broadcast.departure(of: id) }
}
