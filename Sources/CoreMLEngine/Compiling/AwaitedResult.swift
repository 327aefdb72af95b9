#if canImport(CoreML)
    import Dispatch
    import FrameGeneration
    import Synchronization

    /// What work on another thread comes to, for a thread that waits for it.
    final class AwaitedResult<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, FramegenError>?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        /// To be called once.
        func finish(_ result: Result<Value, FramegenError>) {
            self.result.withLock { $0 = result }
            isThere.signal()
        }

        /// Waits for the result; to be called once.
        func value() throws(FramegenError) -> Value {
            isThere.wait()
            let result = result.withLock { $0 } ?? .failure(FramegenError(.internalFailure, "Core ML says nothing"))
            return try result.get()
        }
    }
#endif
