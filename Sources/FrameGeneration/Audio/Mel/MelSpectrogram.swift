import Foundation

/// Turns 16 kHz sound into columns of a mel spectrogram, piece by piece (Documentation/model-family/audio.md,
/// "Wav to mel", 2 to 5).
///
/// Sound of n samples gives 1 + ⌊n/200⌋ columns. Holds no more samples than one column looks at, so it works on sound of any length.
package struct MelSpectrogram {
    /// Samples a second.
    package static let sampleRate = 16_000
    /// Samples from column to column: 80 columns a second.
    package static let hop = 200
    /// Mel bands in a column.
    package static let bandCount = 80
    /// Samples that one column looks at.
    static let windowSize = 800

    private static let preEmphasis = 0.97
    private static let filterBank = MelFilterBank(
        filterCount: bandCount, fourierSize: windowSize, sampleRate: Double(sampleRate), frequencies: 55...7600)
    /// Periodic Hann.
    private static let window = (0..<windowSize).map {
        0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(windowSize))
    }

    private let transform = FourierTransform(size: windowSize)
    /// Pre-emphasised samples from the start of the next column on.
    private var samples: [Double]
    private var lastSample = 0.0

    package init() {
        // Columns are centred: zeros stand for what is before the start.
        samples = [Double](repeating: 0, count: Self.windowSize / 2)
    }

    /// The columns that are complete with `input`, the next samples, −1…1; each has `bandCount` values, −4…4.
    package mutating func columns(adding input: [Float]) -> [[Float]] {
        samples.reserveCapacity(samples.count + input.count)
        for sample in input {
            let value = Double(sample)
            samples.append(value - Self.preEmphasis * lastSample)
            lastSample = value
        }
        return completeColumns()
    }

    /// The columns that look past the end of the sound; called once, after the last samples.
    package mutating func lastColumns() -> [[Float]] {
        samples += [Double](repeating: 0, count: Self.windowSize / 2)
        return completeColumns()
    }

    private mutating func completeColumns() -> [[Float]] {
        var columns: [[Float]] = []
        var start = 0
        while start + Self.windowSize <= samples.count {
            columns.append(column(at: start))
            start += Self.hop
        }
        samples.removeFirst(start)
        return columns
    }

    private func column(at start: Int) -> [Float] {
        let windowed = (0..<Self.windowSize).map { samples[start + $0] * Self.window[$0] }
        return Self.filterBank.apply(to: transform.magnitudes(of: windowed)).map { energy in
            let decibels = 20 * log10(max(1e-5, energy)) - 20
            return Float(min(max(8 * (decibels + 100) / 100 - 4, -4), 4))
        }
    }
}
