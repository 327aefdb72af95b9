/// How a model's weights are stored.
public enum WeightType: String, Sendable, Codable, CaseIterable {
    case fp32
    /// Half the size.
    case fp16
}
