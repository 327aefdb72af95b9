import Dispatch

/// Runs an actor on a serial dispatch queue of its own, so that the stage may block without taking a thread from the
/// cooperative pool.
package final class StageExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter name: the stage, as debuggers show it.
    package init(name: String) {
        queue = DispatchQueue(label: "framegen.\(name)")
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
