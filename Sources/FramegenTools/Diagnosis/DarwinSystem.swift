#if canImport(Darwin)
    import Darwin
    import FrameGeneration

    extension SystemDiagnosis {
        /// This machine, from sysctl.
        package static var current: SystemDiagnosis {
            SystemDiagnosis(
                architecture: ProcessorFeatures.architecture, processor: text("machdep.cpu.brand_string"),
                processorCount: FrameGeneration.processorCount, processorQuota: nil,
                features: ProcessorFeatures.current.features,
                memoryInBytes: number("hw.memsize"), availableMemoryInBytes: nil)
        }

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
