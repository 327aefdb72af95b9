package import FrameGeneration

extension ProcessorFeatures {
    /// Whether there are instructions that multiply matrices of bf16, with which every engine is faster than in fp32.
    package var multipliesMatrices: Bool { features.contains { $0.name == "AMX BF16" && $0.isPresent } }
}
