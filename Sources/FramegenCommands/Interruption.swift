import Dispatch
import Foundation
import Framegen

/// Runs `work` in a task that Ctrl-C (SIGINT), Ctrl-\ (SIGQUIT), SIGTERM, or a terminal that is closed (SIGHUP) cancels.
///
/// A signal that was ignored from the start, as `nohup` and a shell's background do, stays ignored.
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
    // The default action would end the process before anything is cleaned up.
    let heeded = [SIGINT, SIGQUIT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
    let sources = heeded.map { signalNumber in
        signal(signalNumber, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: signalNumber, queue: .global())
        source.setEventHandler { task.cancel() }
        source.resume()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        // After a signal the process ends by itself; a second one must not end it with another exit code.
        if !task.isCancelled { for signalNumber in heeded { signal(signalNumber, SIG_DFL) } }
    }
    return try await task.value.get()
}

private func isIgnored(_ signalNumber: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signalNumber, nil, &action) == 0 else { return false }
    #if os(Linux)
        let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #else
        let handler = unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #endif
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
}
