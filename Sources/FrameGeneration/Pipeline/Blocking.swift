import Dispatch
import Foundation

/// Processors that this process may use.
package var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

/// Runs blocking work on a thread outside the cooperative pool.
package func runBlocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws(FramegenError) -> Value
) async throws(FramegenError) -> Value {
    let result = await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<Value, FramegenError>, Never>) in
        DispatchQueue.global().async {
            let result: Result<Value, FramegenError>
            do throws(FramegenError) {
                result = .success(try work())
            } catch {
                result = .failure(error)
            }
            continuation.resume(returning: result)
        }
    }
    return try result.get()
}
