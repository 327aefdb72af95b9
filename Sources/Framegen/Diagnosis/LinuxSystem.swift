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

        /// Kernel's names of instructions by their usual ones, for either architecture.
        private static let instructions: [(name: String, flag: String)] =
            architecture == "arm64"
            ? [
                ("NEON", "asimd"), ("dot product", "asimddp"), ("BF16", "bf16"), ("I8MM", "i8mm"), ("SVE", "sve"),
            ]
            : [
                ("AVX2", "avx2"), ("AVX-512", "avx512f"), ("AVX-512 BF16", "avx512_bf16"),
                ("AVX-512 VNNI", "avx512_vnni"), ("AVX VNNI", "avx_vnni"), ("AMX BF16", "amx_bf16"),
                ("AMX INT8", "amx_int8"),
            ]

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
            let flags = Set(
                (value(of: "flags", in: processorInformation) ?? value(of: "Features", in: processorInformation) ?? "")
                    .split(separator: " ").map(String.init))
            architecture = Self.architecture
            processor = value(of: "model name", in: processorInformation).map(String.init)
            self.processorCount = processorCount
            processorQuota = limits.processorQuota
            features = Self.instructions.map { Feature(name: $0.name, isPresent: flags.contains($0.flag)) }
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
