#if os(Linux)
    import Foundation
    import FrameGeneration

    extension SystemDiagnosis {
        /// This machine, from the files of the kernel.
        package static var current: SystemDiagnosis {
            func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
            return SystemDiagnosis(
                processorCount: FrameGeneration.processorCount, limits: .current,
                processorInformation: text("/proc/cpuinfo"), memoryInformation: text("/proc/meminfo"))
        }

        /// Reads the texts of `/proc/cpuinfo` and `/proc/meminfo`; an empty one is as a missing file.
        package init(
            processorCount: Int, limits: ContainerLimits, processorInformation: String, memoryInformation: String
        ) {
            func value(of key: String, in text: String) -> Substring? {
                let line = text.split(separator: "\n").first { line in
                    line.prefix { $0 != ":" }.drop { $0.isWhitespace }.trimmedEnd == key
                }
                return line?.drop { $0 != ":" }.dropFirst().drop { $0.isWhitespace }
            }
            func bytes(_ key: String) -> Int? {
                value(of: key, in: memoryInformation).flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 }
            }
            architecture = ProcessorFeatures.architecture
            processor = value(of: "model name", in: processorInformation).map(String.init)
            self.processorCount = processorCount
            processorQuota = limits.processorQuota
            features = ProcessorFeatures(processorInformation: processorInformation).features
            memoryInBytes = [bytes("MemTotal"), limits.memoryInBytes].compactMap { $0 }.min()
            availableMemoryInBytes = bytes("MemAvailable").map { min($0, limits.memoryInBytes ?? $0) }
        }
    }

    extension Substring {
        fileprivate var trimmedEnd: String {
            var text = self
            while text.last?.isWhitespace == true { text.removeLast() }
            return String(text)
        }
    }
#endif
