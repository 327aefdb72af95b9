#if canImport(Darwin)
    import Darwin
    import FrameGeneration

    extension SystemDiagnosis {
        /// This machine, from sysctl.
        package static var current: SystemDiagnosis {
            SystemDiagnosis(
                architecture: architecture, processor: text("machdep.cpu.brand_string"),
                processorCount: FrameGeneration.processorCount, processorQuota: nil,
                features: instructions.map { Feature(name: $0.name, isPresent: number($0.key) == 1) },
                memoryInBytes: number("hw.memsize"), availableMemoryInBytes: nil)
        }

        private static let instructions: [(name: String, key: String)] =
            architecture == "arm64"
            ? [
                ("NEON", "hw.optional.AdvSIMD"), ("dot product", "hw.optional.arm.FEAT_DotProd"),
                ("BF16", "hw.optional.arm.FEAT_BF16"), ("I8MM", "hw.optional.arm.FEAT_I8MM"),
            ]
            : [("AVX2", "hw.optional.avx2_0"), ("AVX-512", "hw.optional.avx512f")]

        private static func number(_ key: String) -> Int? {
            var value: Int64 = 0
            var size = MemoryLayout<Int64>.size
            // A shorter number fills the lower bytes.
            guard sysctlbyname(key, &value, &size, nil, 0) == 0 else { return nil }
            return Int(value)
        }

        private static func text(_ key: String) -> String? {
            var bytes = [UInt8](repeating: 0, count: 256)
            var size = bytes.count
            guard sysctlbyname(key, &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
#endif
