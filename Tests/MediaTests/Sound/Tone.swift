import Foundation
import FrameGeneration

/// A sine, to compute samples of.
struct Tone {
    var hertz: Double
    var amplitude = 0.5

    /// `count` samples from time 0.
    func samples(_ count: Int, at sampleRate: Int) -> [Double] {
        (0..<count).map { amplitude * sin(2 * .pi * hertz * Double($0) / Double(sampleRate)) }
    }
}

/// How much louder `expected` is than the difference to it, in decibels; `margin` samples at both ends are left out.
func signalToNoise(_ actual: [Float], _ expected: [Double], margin: Int = 0) -> Double {
    let range = margin..<(min(actual.count, expected.count) - margin)
    guard !range.isEmpty else { return -.infinity }
    let signal = range.reduce(0) { $0 + expected[$1] * expected[$1] }
    let noise = range.reduce(0) { $0 + (Double(actual[$1]) - expected[$1]) * (Double(actual[$1]) - expected[$1]) }
    return 10 * log10(signal / max(noise, 1e-300))
}

extension SampleSource {
    /// All samples, and the size of the largest piece.
    func all() async throws -> (samples: [Float], largestPiece: Int) {
        var samples: [Float] = []
        var largest = 0
        while let piece = try await nextSamples() {
            samples += piece
            largest = max(largest, piece.count)
        }
        return (samples, largest)
    }
}

extension SoundSource {
    /// All sound, and the sizes of the largest pieces of both forms.
    func allPieces() async throws -> (speech: [Float], track: [Float], largest: (speech: Int, track: Int)) {
        var whole = SoundPiece(speech: [], track: [])
        var largest = (speech: 0, track: 0)
        while let piece = try await nextPiece() {
            whole.speech += piece.speech
            whole.track += piece.track
            largest = (max(largest.speech, piece.speech.count), max(largest.track, piece.track.count))
        }
        return (whole.speech, whole.track, largest)
    }
}
