import Foundation

/// What the system says of this process; Linux only.
enum ProcessState {
    static var residentMiB: Double { number(of: "VmRSS") / 1024 }
    static var threadCount: Int { Int(number(of: "Threads")) }
    static var openFileCount: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func number(of name: String) -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(name):") }) else { return 0 }
        return Double(line.filter(\.isNumber)) ?? 0
    }
}
