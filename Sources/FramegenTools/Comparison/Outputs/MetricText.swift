import Foundation
package import FrameGeneration

extension QualityMetric {
    /// As tables and curves head it.
    package func title(_ kind: ComparisonSummary.Kind) -> String {
        let isTensor = if case .tensors = kind { true } else { false }
        switch self {
        case .psnr: return "PSNR, dB"
        case .ssim: return "SSIM"
        case .mse: return isTensor ? "MSE" : "MSE, bytes/255"
        case .largestDifference: return isTensor ? "largest difference" : "largest difference, bytes"
        case .identicalShare: return isTensor ? "equal values, %" : "identical bytes, %"
        }
    }

    /// A number with as many digits as tell something.
    package func text(_ value: Double) -> String {
        guard value.isFinite else { return value > 0 ? "∞" : "−∞" }
        switch self {
        case .psnr: return String(format: "%.2f", value)
        case .ssim: return String(format: "%.5f", value)
        case .mse: return String(format: "%.4g", value)
        case .largestDifference: return String(format: "%.4g", value)
        // All of them only where it is all.
        case .identicalShare: return String(format: "%.2f", value < 1 ? min(100 * value, 99.99) : 100)
        }
    }
}

extension ComparisonSummary.Check {
    /// Such as `PSNR ≥ 40`.
    package var title: String {
        let limit = String(format: "%g", limit)
        return "\(metric.rawValue.uppercased()) \(metric.isBetterWhenHigher ? "≥" : "≤") \(limit)"
    }

    /// Whether it is met, and where not.
    package func verdict(of frameCount: Int) -> String {
        if isPassed { return "passed" }
        return region == .tensor ? "failed" : "failed in \(failedFrameCount) of \(frameCount) frames"
    }
}

extension ComparisonSummary {
    /// How its numbers are to be read, in full sentences.
    package var explanation: String {
        switch kind {
        case .frames:
            "PSNR and MSE: a byte's range is 255, the MSE is of bytes divided by it. The mean PSNR is that of the mean MSE."
        case .tensors(_, let dataRange):
            "PSNR and SSIM take the values' range to be \(String(format: "%g", dataRange)); the MSE is of the values "
                + "themselves."
        }
    }
}
