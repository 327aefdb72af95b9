extension NetworkModel {
    /// The same computation with its wide values computed some channels at a time, as many as a cache holds.
    package func splittingForCache(in precision: Precision) -> NetworkModel {
        splittingHiddenChannels(above: Self.cachedBytes / precision.bytesPerValue)
    }

    /// What a value inside the network may take without going through memory.
    ///
    /// 16 channels of 320×320 in float32, in the cache that the sessions share. BENCHMARKS.md,
    /// "Wide values in parts", says what it was measured to save.
    private static let cachedBytes = 16 * 320 * 320 * MemoryLayout<Float>.stride
}

extension Precision {
    fileprivate var bytesPerValue: Int {
        switch self {
        case .fp32: MemoryLayout<Float>.stride
        case .bf16, .fp16: MemoryLayout<UInt16>.stride
        }
    }
}
