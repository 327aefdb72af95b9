#if os(Linux)
    import Foundation
    import FrameGeneration

    extension ProcessClock {
        /// How long ago this process was started, to 0.01 s; nil where the system does not tell.
        static var age: Duration? {
            guard let status = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else { return nil }
            return age(status: status, sinceBoot: now(of: CLOCK_BOOTTIME), ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)))
        }

        /// Reads the text of `/proc/self/stat`.
        package static func age(status: String, sinceBoot now: Duration, ticksPerSecond: Int) -> Duration? {
            // The second field is the program's name, which may hold anything; the start is the 22nd.
            let fields = status[(status.lastIndex(of: ")") ?? status.startIndex)...].split(separator: " ")
            guard fields.count > 20, let ticks = Int(fields[20]), ticksPerSecond > 0 else { return nil }
            return now - .seconds(Double(ticks) / Double(ticksPerSecond))
        }
    }
#endif
