import Dispatch
import Synchronization

/// What work on another thread comes to, for a thread that waits for it.
package final class AwaitedResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, FramegenError>?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    package init() {}

    /// To be called once.
    package func finish(_ result: Result<Value, FramegenError>) {
        self.result.withLock { $0 = result }
        isThere.signal()
    }

    /// Waits for the result; to be called once.
    package func value() throws(FramegenError) -> Value {
        isThere.wait()
        let result = result.withLock { $0 } ?? .failure(FramegenError(.internalFailure, "work ended without a result"))
        return try result.get()
    }
}
