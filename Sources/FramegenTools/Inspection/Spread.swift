/// Smallest, middle and largest of some numbers.
public struct Spread: Sendable, Hashable, Encodable {
    /// The smallest.
    public let min: Double
    /// The middle one; the mean of the two in the middle when their count is even.
    public let median: Double
    /// The largest.
    public let max: Double

    /// Nil for no numbers.
    package init?(_ values: some Sequence<Double>) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        min = first
        median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        max = last
    }
}
