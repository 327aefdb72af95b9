import FrameGeneration

/// The frames that differ most, kept with their pictures.
struct WorstFrames: Sendable {
    struct Entry: Sendable {
        let pair: FramePair
        let result: ComparisonSummary.Pair
        /// What they are ordered by.
        let ratio: Double
    }

    /// The worst first; equal frames are none of them.
    private(set) var entries: [Entry] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Keeps a pair if it is among the worst up to here, by the lower of the two signal-to-noise ratios.
    mutating func consider(_ pair: FramePair, _ result: ComparisonSummary.Pair) {
        let ratio = min(
            result.whole.peakSignalToNoiseRatio, result.mouth?.peakSignalToNoiseRatio ?? .infinity)
        guard limit > 0, ratio < .infinity else { return }
        // Behind those that are as bad, so that the earliest stay.
        let place = entries.firstIndex { $0.ratio > ratio } ?? entries.count
        guard place < limit else { return }
        entries.insert(Entry(pair: pair, result: result, ratio: ratio), at: place)
        if entries.count > limit { entries.removeLast() }
    }
}
