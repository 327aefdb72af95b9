import Foundation

/// Resamples sound that comes in pieces from any rate to any other, with a windowed sinc: the same arithmetic on every
/// platform, so that features do not depend on it.
///
/// The filter is long: from 48 to 16 kHz it keeps all below 7.6 kHz, which the mel bands reach
/// (Documentation/model-family/audio.md), and puts nothing from above 8 kHz there. Before the first sample and after the last
/// one there is silence. What comes out has the length of what went in, rounded up to a whole sample, and begins with it.
package struct SoundResampler: Sendable {
    /// Taps of the filter, counted at the lower of the two rates.
    private static let filterSize = 256.0
    /// Where the filter begins to let go, as a share of what the lower rate can hold.
    private static let cutoff = 0.975
    /// Filters that are kept, counted at the lower of the two rates; where the rates need more, neighbours are interpolated.
    private static let finestPhases = 1024.0

    private let channelCount: Int
    /// In lowest terms: so many samples come out for so many that go in.
    private let outputs: Int
    private let inputs: Int
    private let filters: ResamplingFilters
    /// Of each channel the samples that are still needed.
    private var held: [[Float]]
    /// Samples that went in and that came out, of each channel.
    private var inputCount = 0
    private var outputCount = 0
    /// Where the next sample lies: after which of the held ones, and how many `outputs`ths of a sample further.
    private var position = 0
    private var fraction = 0
    private let isNeeded: Bool

    /// - Parameters:
    ///   - sourceRate: samples a second of what comes in.
    ///   - targetRate: samples a second of what goes out.
    ///   - channelCount: channels, which are interleaved.
    /// - Precondition: All are positive.
    package init(from sourceRate: Int, to targetRate: Int, channelCount: Int = 1) {
        precondition(
            sourceRate > 0 && targetRate > 0 && channelCount > 0,
            "\(channelCount) channels from \(sourceRate) to \(targetRate) samples a second")
        var (divisor, rest) = (sourceRate, targetRate)
        while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
        (inputs, outputs) = (sourceRate / divisor, targetRate / divisor)
        isNeeded = sourceRate != targetRate
        self.channelCount = channelCount
        let factor = min(1, Double(targetRate) * Self.cutoff / Double(sourceRate))
        // Whole vectors.
        let half = isNeeded ? Int((Self.filterSize / 2 / factor / 4).rounded(.up)) * 4 : 0
        let finest = max(32, Int(Self.finestPhases * factor))
        filters = .kept(
            ResamplingFilters.Design(
                half: half, factor: factor, phaseCount: min(outputs, finest), isExact: outputs <= finest))
        held = Array(repeating: Array(repeating: 0, count: max(0, half - 1)), count: channelCount)
        position = 0
    }

    /// What can be said after some more samples; the filter holds back half its length.
    package mutating func add(_ samples: [Float]) -> [Float] {
        guard isNeeded else { return samples }
        inputCount += samples.count / channelCount
        append(samples)
        return take(limit: .max)
    }

    /// What is left, after the last sample.
    package mutating func finish() -> [Float] {
        guard isNeeded else { return [] }
        append(Array(repeating: 0, count: (filters.half + 1) * channelCount))
        // Samples at times before the end.
        let (product, overflows) = inputCount.multipliedReportingOverflow(by: outputs)
        let count = overflows ? Int.max : (product + inputs - 1) / inputs
        return take(limit: max(0, count - outputCount))
    }

    private mutating func append(_ samples: [Float]) {
        for channel in 0..<channelCount {
            if channelCount == 1 {
                held[channel] += samples
            } else {
                held[channel] += stride(from: channel, to: samples.count, by: channelCount).lazy.map { samples[$0] }
            }
        }
    }

    private mutating func take(limit: Int) -> [Float] {
        let available = held[0].count
        var results: [Float] = []
        results.reserveCapacity(min(limit, max(0, (available - position) * outputs / inputs + 1)) * channelCount)
        var count = 0
        while count < limit, position + 2 * filters.half <= available {
            for channel in 0..<channelCount {
                results.append(
                    held[channel].withUnsafeBufferPointer { samples in
                        filters.value(of: samples, at: position, Double(fraction) / Double(outputs))
                    })
            }
            count += 1
            fraction += inputs
            position += fraction / outputs
            fraction %= outputs
        }
        outputCount += count
        let unneeded = min(position, available)
        for channel in 0..<channelCount { held[channel].removeFirst(unneeded) }
        position -= unneeded
        return results
    }
}
