import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Where somebody speaks in a sound")
struct SilenceDetectorTests {
    private static let rate = 16_000

    /// Whether there is speech, block by block.
    private static func speech(
        in samples: [Float], format: SoundTrackFormat = .init(sampleRate: rate, channelCount: 1), piece: Int = 8_000
    ) -> [Bool] {
        var detector = SilenceDetector(format)
        for start in stride(from: 0, to: samples.count, by: piece) {
            detector.add(Array(samples[start..<min(start + piece, samples.count)]))
        }
        detector.end()
        let count = samples.count / format.channelCount * SilenceDetector.blocksPerSecond / format.sampleRate
        return (0..<count).map { detector.isSpeech(in: $0..<$0 + 1) == true }
    }

    /// The parts of the sound in seconds: syllables at a level in dBFS, noise at one, or nothing.
    private enum Part {
        case voice(Double, level: Float)
        case noise(Double, level: Float)
        case nothing(Double)
    }

    private static func sound(_ parts: [Part]) -> [Float] {
        var numbers = SeededNumbers(state: 7)
        return parts.flatMap { part -> [Float] in
            switch part {
            case .nothing(let seconds): return [Float](repeating: 0, count: Int(seconds * Double(rate)))
            case .noise(let seconds, let level):
                // Even noise of −1…1 has a level of −4.8 dB.
                let gain = pow(10, (level + 4.77) / 20)
                return (0..<Int(seconds * Double(rate))).map { _ in Float.random(in: -1...1, using: &numbers) * gain }
            case .voice(let seconds, let level):
                let gain = pow(10, level / 20) * 2
                return (0..<Int(seconds * Double(rate))).map { index in
                    let time = Float(index) / Float(rate)
                    // Four syllables a second, of which the weakest moment is 20 dB under the loudest.
                    let envelope = 0.1 + 0.9 * abs(sin(.pi * 4 * time))
                    return gain * envelope * sin(2 * .pi * 140 * time)
                }
            }
        }
    }

    private static func blocks(_ seconds: ClosedRange<Double>) -> Range<Int> {
        Int(seconds.lowerBound * 100)..<Int(seconds.upperBound * 100)
    }

    @Test(
        "is the voice, whatever its level, and not the room, digital silence or hum between",
        arguments: [-15, -25, -40] as [Float], [nil, -100, -75, -60] as [Float?])
    func voice(level: Float, room: Float?) {
        // A recording is made louder and quieter as a whole.
        let quiet: Part = room.map { .noise(1.5, level: max($0 + level + 25, -100)) } ?? .nothing(1.5)
        let found = Self.speech(
            in: Self.sound([quiet, .voice(2, level: level), quiet, .voice(1, level: level), quiet]))
        for speaking in [1.5...3.5, 5.0...6.0] {
            // Of quiet syllables the ends are not heard.
            for tenth in Self.blocks(speaking) where tenth % 10 == 0 {
                #expect(found[tenth..<tenth + 10].contains(true), "block \(tenth)")
            }
        }
        for silent in [0.1...1.4, 3.6...4.9, 6.1...7.4] {
            #expect(found[Self.blocks(silent)].allSatisfy { !$0 })
        }
    }

    @Test("a room at −50 dBFS between sentences at −20 is silence, also where digital silence was before")
    func room() {
        let found = Self.speech(
            in: Self.sound([
                .nothing(1), .voice(2, level: -20), .noise(3, level: -50), .voice(1, level: -20), .nothing(1),
                .voice(1, level: -20),
            ]))
        #expect(found[Self.blocks(3.1...5.9)].allSatisfy { !$0 })
        #expect(found[Self.blocks(1.0...3.0)].allSatisfy { $0 } && found[Self.blocks(6.0...7.0)].allSatisfy { $0 })
    }

    @Test("noise as loud as speech is taken for speech, and a sound that begins with speech is heard from the start")
    func loud() {
        #expect(Self.speech(in: Self.sound([.noise(3, level: -35)])).allSatisfy { $0 })
        #expect(Self.speech(in: Self.sound([.voice(2, level: -20)])).allSatisfy { $0 })
        #expect(Self.speech(in: []).isEmpty)
    }

    @Test("an offset, and samples that are no numbers, are no sound")
    func faults() {
        var samples = [Float](repeating: 0.3, count: Self.rate)
        samples[9_000] = .nan
        samples[9_001] = .infinity
        // The offset's own beginning is a step that is heard.
        #expect(Self.speech(in: samples)[30...].allSatisfy { !$0 })
    }

    @Test("comes out the same in pieces of any length, and of two channels")
    func pieces() {
        let samples = Self.sound([.noise(0.4, level: -55), .voice(1, level: -22), .noise(0.7, level: -55)])
        let expected = Self.speech(in: samples)
        #expect(expected.contains(true) && expected.contains(false))
        for piece in [1, 159, 160, 161, 100_000] { #expect(Self.speech(in: samples, piece: piece) == expected) }
        let twice = samples.flatMap { [$0, $0] }
        #expect(
            Self.speech(in: twice, format: .init(sampleRate: Self.rate, channelCount: 2), piece: 2_000) == expected)
    }

    @Test("is not said before it can be known, and not kept when it was forgotten")
    func bounds() {
        var detector = SilenceDetector(.init(sampleRate: Self.rate, channelCount: 1))
        detector.add(Self.sound([.voice(1, level: -20)]))
        #expect(detector.isSpeech(in: 0..<50) == true && detector.isSpeech(in: -9..<0) == false)
        #expect(detector.isSpeech(in: 98..<99) == nil)
        detector.end()
        #expect(detector.isSpeech(in: 98..<99) == true && detector.isSpeech(in: 100..<300) == false)
        detector.forget(before: 60)
        #expect(detector.isSpeech(in: 0..<60) == false && detector.isSpeech(in: 60..<61) == true)
    }
}
