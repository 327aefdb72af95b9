import Foundation

/// The largest resident size of this process up to now.
package enum PeakMemory {
    /// Nil where the system does not tell.
    package static var inBytes: Int? {
        #if os(Linux)
            // getrusage would count the process that started this one too.
            guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
                let match = status.firstMatch(of: /VmHWM:\s+([0-9]+) kB/), let kilobytes = Int(match.1)
            else { return nil }
            return kilobytes * 1024
        #else
            var usage = rusage()
            return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
        #endif
    }
}
