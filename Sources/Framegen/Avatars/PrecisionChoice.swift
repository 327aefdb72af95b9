package import FrameGeneration

/// The arithmetic that frames are made in.
public enum PrecisionChoice: String, Sendable, Codable, CaseIterable {
    /// bf16 where the processor and an engine have it, or fp16 where Core ML is the engine or the system has it, if it is
    /// faster, and frames of the avatar at hand keep a PSNR of 50 dB against fp32, and their faces and mouths 48, which is
    /// tried out once and remembered; otherwise fp32.
    case auto
    /// float32 throughout.
    case fp32
    /// Products of bfloat16, summed in float32, in the generator; the audio encoder stays in float32.
    case bf16
    /// float16 throughout in the generator, which is what the Neural Engine computes in; the audio encoder stays in
    /// float32.
    case fp16

    /// The precision that is asked for; nil for `auto`.
    package var fixed: Precision? {
        switch self {
        case .auto: nil
        case .fp32: .fp32
        case .bf16: .bf16
        case .fp16: .fp16
        }
    }
}
