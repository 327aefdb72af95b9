import Foundation

/// What the container, a control group of Linux, allows this process; on other systems no limits.
package struct ContainerLimits: Sendable, Equatable {
    /// Processors' worth of time; nil for no limit.
    package let processorQuota: Double?
    /// Memory in bytes; nil for no limit.
    package let memoryInBytes: Int?

    /// Those of this process.
    package static let current = {
        func text(_ name: String) -> String {
            (try? String(contentsOfFile: "/sys/fs/cgroup/\(name)", encoding: .utf8)) ?? ""
        }
        return ContainerLimits(processorLimit: text("cpu.max"), memoryLimit: text("memory.max"))
    }()

    /// Reads the texts of the control group's `cpu.max` and `memory.max`; an empty one is as a missing file.
    package init(processorLimit: String, memoryLimit: String) {
        // "max 100000" or the microseconds of each period, and the period.
        let quota = processorLimit.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        processorQuota = quota.count == 2 && quota[0] > 0 && quota[1] > 0 ? quota[0] / quota[1] : nil
        memoryInBytes = Int(memoryLimit.prefix { $0.isNumber })
    }

    /// Of `count` processors, those that the time allowed keeps busy; at least 1.
    ///
    /// More threads than that would be stopped together, until the next period, when the time is used up.
    package func processorCount(of count: Int) -> Int {
        guard let processorQuota, processorQuota < Double(count) else { return count }
        return Int(processorQuota.rounded(.up))
    }
}
