import Foundation

/// Triangular filters on the Slaney mel scale, each of unit area (Documentation/model-family/audio.md, "Wav to mel",
/// 4).
package struct MelFilterBank: Sendable {
    /// Filters by frequencies, row-major.
    package let weights: [Float]
    package let filterCount: Int
    package let frequencyCount: Int
    /// Frequencies at which each filter is not zero.
    let supports: [Range<Int>]

    /// - Parameters:
    ///   - filterCount: number of mel bands.
    ///   - fourierSize: samples in one transform, of which size/2 + 1 frequencies are looked at.
    ///   - sampleRate: in Hz.
    ///   - frequencies: lowest and highest frequency in Hz.
    package init(filterCount: Int, fourierSize: Int, sampleRate: Double, frequencies: ClosedRange<Double>) {
        let frequencyCount = fourierSize / 2 + 1
        let lowest = Self.mel(frequencies.lowerBound)
        let highest = Self.mel(frequencies.upperBound)
        let edges = (0..<filterCount + 2).map { index in
            Self.hertz(lowest + (highest - lowest) * Double(index) / Double(filterCount + 1))
        }
        var weights = [Float](repeating: 0, count: filterCount * frequencyCount)
        for filter in 0..<filterCount {
            let (left, center, right) = (edges[filter], edges[filter + 1], edges[filter + 2])
            for index in 0..<frequencyCount {
                let frequency = Double(index) * sampleRate / Double(fourierSize)
                let rising = (frequency - left) / (center - left)
                let falling = (right - frequency) / (right - center)
                let weight = max(0, min(rising, falling)) * 2 / (right - left)
                weights[filter * frequencyCount + index] = Float(weight)
            }
        }
        supports = (0..<filterCount).map { filter in
            let row = weights[filter * frequencyCount..<(filter + 1) * frequencyCount]
            guard let first = row.firstIndex(where: { $0 != 0 }), let last = row.lastIndex(where: { $0 != 0 }) else {
                return 0..<0
            }
            return first - row.startIndex..<last - row.startIndex + 1
        }
        self.weights = weights
        self.filterCount = filterCount
        self.frequencyCount = frequencyCount
    }

    /// The energy in each band.
    ///
    /// - Precondition: `magnitudes` has `frequencyCount` values.
    func apply(to magnitudes: [Double]) -> [Double] {
        precondition(magnitudes.count == frequencyCount)
        return supports.enumerated().map { filter, support in
            support.reduce(0) { $0 + Double(weights[filter * frequencyCount + $1]) * magnitudes[$1] }
        }
    }

    // The Slaney scale: linear up to 1000 Hz, logarithmic above.
    private static let hertzPerMel = 200.0 / 3
    private static let breakHertz = 1000.0
    private static let breakMel = breakHertz / hertzPerMel
    private static let logStep = log(6.4) / 27

    private static func mel(_ hertz: Double) -> Double {
        hertz < breakHertz ? hertz / hertzPerMel : breakMel + log(hertz / breakHertz) / logStep
    }

    private static func hertz(_ mel: Double) -> Double {
        mel < breakMel ? mel * hertzPerMel : breakHertz * exp(logStep * (mel - breakMel))
    }
}
