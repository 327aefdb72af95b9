import Foundation

/// Processors that this process may use: those it is not kept from, and no more than the container's time keeps busy.
package let processorCount = ContainerLimits.current.processorCount(of: schedulableProcessorCount)

/// Processors that the system runs this process on, at least 1.
private var schedulableProcessorCount: Int {
    // Foundation counts those of the machine, of which `taskset` or a container may leave a part.
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return status.flatMap(allowedProcessorCount) ?? max(ProcessInfo.processInfo.activeProcessorCount, 1)
}

/// Reads the text of Linux's `/proc/self/status`.
///
/// - Returns: the processors that it allows, or nil if it does not tell.
package func allowedProcessorCount(inStatus status: String) -> Int? {
    let name = "Cpus_allowed:"
    // A mask such as `ff,ffffffff`, a bit for each processor.
    let mask = status.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count)
    let count = mask?.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
    return count > 0 ? count : nil
}
