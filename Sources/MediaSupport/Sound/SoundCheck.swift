import Foundation
package import FrameGeneration

/// Looks at sound as it comes, and says what of it makes bad videos: samples that are no sound, sound above full scale, and
/// channels that cancel each other.
package struct SoundCheck {
    /// No sound holds more, not even 32-bit samples that somebody stored as floating-point numbers.
    private static let largestCredible = 0x1p31
    /// Share of samples above full scale from which on it is heard; decoders of loud music overshoot in a few.
    private static let notableShare = 0.01
    /// Power of a mix, as a share of its channels', below which it says as good as nothing: −30 dB.
    private static let cancelledShare = 1e-3
    /// Power of a channel below which it is silent: −60 dB.
    private static let silentPower = 1e-6

    private let name: String
    /// Whether features are made of the sound.
    private let makesFeatures: Bool
    private var warnings: [String] = []
    private var hasFoundFault = false
    private var isJudged = false
    /// Samples that could be above full scale, and those that are.
    private var sampleCount = 0
    private var loudCount = 0
    private var peak = 0.0
    /// Sums over the track, of the channels' squares and of their mix's.
    private var pairCount = 0
    private var channelPower = 0.0
    private var mixPower = 0.0

    /// - Parameters:
    ///   - name: what to call the sound.
    ///   - uses: the forms that are made of it.
    package init(_ name: String, _ uses: SoundUses) {
        self.name = name
        makesFeatures = uses.contains(.speech)
    }

    /// Keeps something that the user should know.
    package mutating func note(_ warning: String) { warnings.append(warning) }

    /// Looks at a piece as it came, channels interleaved, `start` seconds into the sound.
    package mutating func look(at samples: [Float], channelCount: Int = 1, from start: Double, sampleRate: Int) {
        samples.withUnsafeBufferPointer { buffer in
            look(at: [buffer], buffer.count / max(1, channelCount), start, Double(sampleRate))
        }
    }

    /// Looks at a piece as it was decoded: a buffer for each channel, or one in which the channels take turns, of `count`
    /// samples a channel.
    package mutating func look<Sample: BinaryFloatingPoint>(
        at buffers: [UnsafeBufferPointer<Sample>], _ count: Int, _ start: Double, _ rate: Double
    ) {
        var fault: (index: Int, value: Double)?
        for buffer in buffers {
            sampleCount += buffer.count
            let channelCount = max(1, buffer.count / max(1, count))
            for (index, sample) in buffer.enumerated() where !(abs(sample) <= 1) {
                let value = Double(sample)
                if abs(value) <= Self.largestCredible {
                    loudCount += 1
                    peak = max(peak, abs(value))
                } else if index / channelCount < fault?.index ?? .max {
                    fault = (index / channelCount, value)
                }
            }
        }
        guard let fault, !hasFoundFault else { return }
        hasFoundFault = true
        let seconds = start + Double(fault.index) / max(rate, 1)
        let value = fault.value.isNaN ? "nan" : String(format: "%g", fault.value)
        warnings.append(
            "\(name) has a sample of \(value) at \(seconds.secondsText), expected -1 to 1: samples that are not finite are "
                + "replaced by silence, and others that are too large are clipped")
    }

    /// Looks at a piece of the track.
    package mutating func look(atTrack samples: [Float], channelCount: Int) {
        guard makesFeatures, channelCount == 2 else { return }
        pairCount += samples.count / 2
        for index in stride(from: 0, to: samples.count - 1, by: 2) {
            let (left, right) = (Double(samples[index]), Double(samples[index + 1]))
            channelPower += (left * left + right * right) / 2
            mixPower += (left + right) * (left + right) / 4
        }
    }

    /// What was found since the last call; with `isOver` also what the sound is like as a whole.
    package mutating func newWarnings(isOver: Bool) -> [String] {
        if isOver, !isJudged {
            isJudged = true
            warnings += [loudnessWarning, cancellationWarning].compactMap { $0 }
        }
        defer { warnings = [] }
        return warnings
    }

    private var loudnessWarning: String? {
        let share = Double(loudCount) / Double(max(1, sampleCount))
        guard share >= Self.notableShare else { return nil }
        return "\(name) is above full scale in \(String(format: "%.0f", 100 * share)) % of its samples, up to "
            + "\(String(format: "%.5g", peak)), expected -1 to 1: they are clipped"
            + (makesFeatures ? ", and the mouth moves as for sound that is too loud" : "")
    }

    private var cancellationWarning: String? {
        guard pairCount > 0, channelPower / Double(pairCount) > Self.silentPower,
            mixPower < Self.cancelledShare * channelPower
        else { return nil }
        return "\(name) has two channels that cancel each other: their mix, which features are made of, is as good as "
            + "silent, so the mouth will hardly move"
    }
}
