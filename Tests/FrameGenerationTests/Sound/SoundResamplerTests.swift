import Foundation
import FrameGeneration
import Testing

@Suite("Resampled sound")
struct SoundResamplerTests {
    private static func sine(_ hertz: Double, _ count: Int, at rate: Int, phase: Double = 0) -> [Float] {
        (0..<count).map { Float(0.5 * sin(2 * .pi * hertz * Double($0) / Double(rate) + phase)) }
    }

    private func resampled(_ samples: [Float], from rate: Int, to target: Int, channels: Int = 1) -> [Float] {
        var resampler = SoundResampler(from: rate, to: target, channelCount: channels)
        return resampler.add(samples) + resampler.finish()
    }

    @Test(
        "has each tone in place and in time",
        arguments: [
            (8000, 16_000), (11_025, 16_000), (22_050, 16_000), (44_100, 16_000), (48_000, 16_000), (96_000, 16_000),
            (37_123, 16_000), (192_000, 16_000), (11_111, 48_000), (44_100, 48_000),
        ])
    func tones(rates: (source: Int, target: Int)) {
        let (source, target) = rates
        for hertz in [120.0, 997, 3000] {
            let samples = resampled(Self.sine(hertz, source, at: source), from: source, to: target)
            let expected = Self.sine(hertz, samples.count, at: target)
            let middle = target / 10..<samples.count - target / 10
            let signal = middle.reduce(0) { $0 + Double(expected[$1] * expected[$1]) }
            let noise = middle.reduce(0) {
                $0 + Double(samples[$1] - expected[$1]) * Double(samples[$1] - expected[$1])
            }
            #expect(10 * log10(signal / noise) > 90, "\(hertz) Hz")
        }
    }

    @Test("has as many samples as its length says, and begins with the first", arguments: [1, 2, 999, 1000, 44_100])
    func length(count: Int) {
        for (source, target) in [(44_100, 16_000), (16_000, 44_100), (48_000, 16_000), (37_123, 16_000)] {
            let samples = resampled(Array(repeating: 0.5, count: count), from: source, to: target)
            #expect(samples.count == (count * target + source - 1) / source)
        }
    }

    @Test("is silent where nothing is heard, and keeps what is constant")
    func constants() {
        #expect(resampled(Array(repeating: 0, count: 10_000), from: 44_100, to: 16_000).allSatisfy { $0 == 0 })
        let kept = resampled(Array(repeating: 0.25, count: 48_000), from: 48_000, to: 16_000)
        #expect(kept[1000..<15_000].allSatisfy { abs($0 - 0.25) < 1e-6 })
    }

    @Test("is the same whatever was resampled before it")
    func repeated() {
        // More rates than filters are kept for.
        let rates = [8000, 11_025, 22_050, 32_000, 44_100, 48_000]
        let samples = Self.sine(440, 4000, at: 16_000)
        let first = rates.map { resampled(samples, from: $0, to: 16_000) }
        for (index, rate) in rates.enumerated().reversed() {
            #expect(resampled(samples, from: rate, to: 16_000) == first[index])
            #expect(resampled(samples, from: rate, to: 16_000) == first[index])
        }
    }

    @Test("is the same in whatever pieces it comes", arguments: [(44_100, 16_000), (16_000, 48_000), (37_123, 16_000)])
    func pieces(rates: (source: Int, target: Int)) {
        let samples = Self.sine(440, 9000, at: rates.source, phase: 1)
        let whole = resampled(samples, from: rates.source, to: rates.target)
        for size in [1, 7, 160, 1024, 8999] {
            var resampler = SoundResampler(from: rates.source, to: rates.target)
            var joined: [Float] = []
            for start in stride(from: 0, to: samples.count, by: size) {
                joined += resampler.add(Array(samples[start..<min(start + size, samples.count)]))
            }
            #expect(joined + resampler.finish() == whole)
        }
    }

    @Test("has each channel as if it were alone")
    func channels() {
        let (left, right) = (Self.sine(440, 5000, at: 44_100), Self.sine(700, 5000, at: 44_100))
        let both = zip(left, right).flatMap { [$0, $1] }
        let samples = resampled(both, from: 44_100, to: 48_000, channels: 2)
        #expect(
            stride(from: 0, to: samples.count, by: 2).map { samples[$0] } == resampled(left, from: 44_100, to: 48_000))
        #expect(
            stride(from: 1, to: samples.count, by: 2).map { samples[$0] } == resampled(right, from: 44_100, to: 48_000))
    }

    @Test("keeps what the mel bands reach, and nothing of what the lower rate cannot hold")
    func band() {
        func loudest(_ hertz: Double) -> Float {
            let samples = resampled(Self.sine(hertz, 48_000, at: 48_000), from: 48_000, to: 16_000)
            return samples[1000..<15_000].map(abs).max() ?? 0
        }
        #expect(abs(loudest(7500) - 0.5) < 1e-3)
        #expect(loudest(8200) < 0.5e-3)
    }

    @Test("of the same rate is what it was, at once")
    func sameRate() {
        var resampler = SoundResampler(from: 16_000, to: 16_000)
        #expect(resampler.add([0.1, .nan, 0.3])[0] == 0.1)
        #expect(resampler.finish().isEmpty)
    }
}
