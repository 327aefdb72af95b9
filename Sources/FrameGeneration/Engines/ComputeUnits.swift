/// The parts of a machine of Apple's that Core ML may compute on.
public enum ComputeUnits: String, Sendable, Codable, CaseIterable {
    /// The processor and the Neural Engine, which leaves the GPU to the app; the Neural Engine computes in float16 only.
    case cpuAndNeuralEngine = "cpu-and-neural-engine"
    /// The processor and the GPU.
    case cpuAndGPU = "cpu-and-gpu"
    /// All that there are.
    case all
    /// The processor alone.
    case cpuOnly = "cpu-only"
}
