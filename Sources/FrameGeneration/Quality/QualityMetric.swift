/// One of the numbers that say how close two pictures or tensors come.
public enum QualityMetric: String, Sendable, Codable, CaseIterable {
    /// `QualityMetrics.peakSignalToNoiseRatio`.
    case psnr
    /// `QualityMetrics.structuralSimilarity`.
    case ssim
    /// `QualityMetrics.meanSquaredError`.
    case mse
    /// `QualityMetrics.largestDifference`.
    case largestDifference = "max_difference"
    /// `QualityMetrics.identicalShare`.
    case identicalShare = "identical_share"

    /// Whether a larger number means a closer match.
    public var isBetterWhenHigher: Bool {
        switch self {
        case .psnr, .ssim, .identicalShare: true
        case .mse, .largestDifference: false
        }
    }
}

extension QualityMetrics {
    /// The number of one metric; nil where it is not defined.
    public subscript(metric: QualityMetric) -> Double? {
        switch metric {
        case .psnr: peakSignalToNoiseRatio
        case .ssim: structuralSimilarity
        case .mse: meanSquaredError
        case .largestDifference: largestDifference
        case .identicalShare: identicalShare
        }
    }
}
