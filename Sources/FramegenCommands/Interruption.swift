import Dispatch
import Foundation
import Framegen

/// Runs `work` in a task that Ctrl-C (SIGINT) or SIGTERM cancels.
///
/// - Throws: what `work` throws; after a signal that is an error with `.cancelled`.
func interruptible<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(FramegenError) -> Value
) async throws(FramegenError) -> Value {
    let task = Task<Result<Value, FramegenError>, Never> {
        do throws(FramegenError) {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
    let sources = [SIGINT, SIGTERM].map { signalNumber in
        // The default action would end the process before anything is cleaned up.
        signal(signalNumber, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: signalNumber, queue: .global())
        source.setEventHandler { task.cancel() }
        source.resume()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        // After a signal the process ends by itself; a second one must not end it with another exit code.
        if !task.isCancelled { for signalNumber in [SIGINT, SIGTERM] { signal(signalNumber, SIG_DFL) } }
    }
    return try await task.value.get()
}
