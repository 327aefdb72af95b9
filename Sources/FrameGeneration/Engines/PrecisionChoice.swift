/// The arithmetic that frames are made in.
public enum PrecisionChoice: String, Sendable, Codable, CaseIterable {
    /// The fastest that the engine has on this machine and that keeps frames within 50 dB of fp32 for the avatar at hand,
    /// which is tried out once and remembered.
    case auto
    /// float32 throughout.
    case fp32
    /// Products of bfloat16, summed in float32.
    case bf16
}
