/// The audio features that a generator was trained on (Documentation/model-family/audio.md, "Other feature files";
/// formats.md, "Feature files").
public enum FeatureKind: String, Sendable, Codable, CaseIterable {
    /// What the AVE audio encoder makes of a mel spectrogram; the one kind that framegen makes of sound itself.
    case ave
    /// HuBERT's, two vectors a row.
    case hubert
    /// WeNet's, sixteen vectors a row.
    case wenet

    /// Sizes of a feature row.
    public var rowShape: [Int] {
        switch self {
        case .ave: [512]
        case .hubert: [2, 1024]
        case .wenet: [16, 512]
        }
    }

    /// Feature rows for a second of sound.
    public var rowsPerSecond: Int {
        switch self {
        case .ave, .hubert: 25
        case .wenet: 20
        }
    }
}
