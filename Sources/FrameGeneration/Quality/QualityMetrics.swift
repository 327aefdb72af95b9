import Foundation

/// How close two pictures, or two tensors, come to each other.
///
/// All but the unit of the values is symmetric: either of the two may come first.
public struct QualityMetrics: Sendable, Equatable {
    /// Mean of the squared differences: of a picture's bytes divided by 255, of a tensor's values as they are.
    public let meanSquaredError: Double
    /// Peak signal-to-noise ratio in dB, 10·log₁₀(range²/mean squared error); infinite for equal values.
    public let peakSignalToNoiseRatio: Double
    /// Structural similarity, at most 1 and 1 for equal values; nil where a side has under 7 values, and for tensors that
    /// are no planes.
    public let structuralSimilarity: Double?
    /// The largest absolute difference: in bytes (0…255) of a picture, of a tensor's values as they are.
    public let largestDifference: Double
    /// Part of the bytes of a picture, or of the values of a tensor, that are equal (0…1).
    public let identicalShare: Double

    /// Compares all bytes of two pictures, with a range of 255; the structural similarity is the mean of that of the
    /// three colours.
    ///
    /// - Precondition: both have one size and at least one pixel.
    public init(comparing first: PixelImage, with second: PixelImage) {
        precondition(first.size == second.size, "cannot compare \(first.size) with \(second.size)")
        let differences = ByteDifferences(first.pixels.span, second.pixels.span)
        let count = Double(first.pixels.count)
        let range = Double(UInt8.max)
        self.init(
            meanSquaredError: Double(differences.sumOfSquares) / count / (range * range), dataRange: 1,
            structuralSimilarity: StructuralSimilarity.mean(of: first, second),
            largestDifference: Double(differences.largest), identicalShare: Double(differences.identical) / count)
    }

    /// Compares all values of two tensors.
    ///
    /// Of a shape [height, width], [channels, height, width] or [batch, channels, height, width] the structural
    /// similarity is the mean over the planes.
    ///
    /// - Parameters:
    ///   - first: finite values, at least one.
    ///   - second: finite values of the same shape.
    ///   - dataRange: the distance between the smallest and the largest value that are possible, above 0.
    /// - Precondition: the shapes are equal and not empty.
    public init(comparing first: Tensor, with second: Tensor, dataRange: Double) {
        precondition(first.shape == second.shape, "cannot compare \(first.shape) with \(second.shape)")
        let differences = ValueDifferences(first.values.span, second.values.span)
        let count = Double(first.values.count)
        self.init(
            meanSquaredError: differences.sumOfSquares / count, dataRange: dataRange,
            structuralSimilarity: StructuralSimilarity.mean(of: first, second, dataRange: dataRange),
            largestDifference: differences.largest, identicalShare: Double(differences.identical) / count)
    }

    private init(
        meanSquaredError: Double, dataRange: Double, structuralSimilarity: Double?, largestDifference: Double,
        identicalShare: Double
    ) {
        self.meanSquaredError = meanSquaredError
        peakSignalToNoiseRatio = Self.peakSignalToNoiseRatio(
            meanSquaredError: meanSquaredError, dataRange: dataRange)
        self.structuralSimilarity = structuralSimilarity
        self.largestDifference = largestDifference
        self.identicalShare = identicalShare
    }

    /// The ratio in dB that belongs to a mean squared error; infinite for 0.
    public static func peakSignalToNoiseRatio(meanSquaredError: Double, dataRange: Double) -> Double {
        meanSquaredError == 0 ? .infinity : 10 * log10(dataRange * dataRange / meanSquaredError)
    }
}

/// What the differences of bytes add up to.
private struct ByteDifferences {
    /// As many squares of at most 255² as surely fit 32 bits, which lets the inner loop use wide registers.
    private static let block = 1 << 15

    private(set) var sumOfSquares = 0
    private(set) var largest = 0
    private(set) var identical = 0

    init(_ first: Span<UInt8>, _ second: Span<UInt8>) {
        precondition(first.count == second.count)
        var start = 0
        while start < first.count {
            let end = min(start + Self.block, first.count)
            add(first.extracting(start..<end), second.extracting(start..<end))
            start = end
        }
    }

    private mutating func add(_ first: Span<UInt8>, _ second: Span<UInt8>) {
        precondition(first.count == second.count)
        var sum: UInt32 = 0
        var largest: Int32 = 0
        var identical: Int32 = 0
        for i in 0..<first.count {
            let difference = Int32(first[i]) &- Int32(second[i])
            sum &+= UInt32(bitPattern: difference &* difference)
            largest = max(largest, abs(difference))
            identical &+= difference == 0 ? 1 : 0
        }
        sumOfSquares += Int(sum)
        self.largest = max(self.largest, Int(largest))
        self.identical += Int(identical)
    }
}

/// What the differences of floating-point values add up to.
private struct ValueDifferences {
    private(set) var sumOfSquares = 0.0
    private(set) var largest = 0.0
    private(set) var identical = 0

    init(_ first: Span<Float>, _ second: Span<Float>) {
        precondition(first.count == second.count)
        for i in 0..<first.count {
            let difference = Double(first[i]) - Double(second[i])
            sumOfSquares += difference * difference
            largest = max(largest, abs(difference))
            identical += difference == 0 ? 1 : 0
        }
    }
}
