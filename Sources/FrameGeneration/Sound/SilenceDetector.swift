import Foundation

/// Finds where somebody speaks in a sound, in blocks of 10 ms.
///
/// Speech is what is louder than a threshold, and stays it until it is 3 dB quieter than that. The threshold is 9 dB above
/// the quietest block around that is not under −80 dBFS, which follows room tone and hum, or 33 dB under the loudest one up
/// to now, whichever is higher, and within −75…−40 dBFS: quiet recordings keep their speech, and nothing above −40 dBFS is
/// taken for silence. Levels are those of 30 ms, of what is above 60 Hz.
package struct SilenceDetector: Sendable {
    /// Blocks in a second.
    package static let blocksPerSecond = 100
    /// Blocks that have to be there after the one that is judged.
    static let blocksAhead = 25
    /// Blocks before it in which the quietest is looked for.
    private static let blocksBehind = 100

    private static let aboveQuietest: Float = 9
    private static let underLoudest: Float = 33
    private static let hysteresis: Float = 3
    private static let thresholds: ClosedRange<Float> = -75 ... -40
    /// What the loudest loses in a block: it is forgotten by 1 dB a second.
    private static let forgetting: Float = 0.01
    private static let faintestRoom: Float = -80
    private static let digitalSilence: Float = -100

    private let format: SoundTrackFormat
    private let feedback: Float
    /// Of each channel the last sample and what became of it.
    private var filters: [(last: Float, output: Float)]
    /// The block that is being heard: the sum of its squares, and the samples of each channel in it.
    private var sum: Double = 0
    private var sampleCount = 0
    private var blockCount = 0
    /// Mean squares of the blocks from `firstPower` on.
    private var powers: [Float] = []
    private var firstPower = 0
    private var hasEnded = false
    private var loudest = digitalSilence
    private var isSpeaking = false
    /// Of the blocks from `firstJudged` on.
    private var judged: [Bool] = []
    private var firstJudged = 0

    /// - Parameter format: of the samples that come.
    package init(_ format: SoundTrackFormat) {
        self.format = format
        feedback = 1 - 2 * .pi * 60 / Float(format.sampleRate)
        filters = Array(repeating: (0, 0), count: format.channelCount)
    }

    /// Hears more of the sound, channels interleaved.
    package mutating func add(_ samples: [Float]) {
        for start in stride(from: 0, to: samples.count, by: format.channelCount) {
            for channel in 0..<format.channelCount {
                let sample = samples[start + channel].isFinite ? samples[start + channel] : filters[channel].last
                let output = sample - filters[channel].last + feedback * filters[channel].output
                filters[channel] = (sample, output)
                sum += Double(output) * Double(output)
            }
            sampleCount += 1
            if firstSample(ofBlock: blockCount + 1) == firstSample(ofBlock: blockCount) + sampleCount { endBlock() }
        }
        judge()
    }

    /// The sound is over; silence follows.
    package mutating func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if sampleCount > 0 { endBlock() }
        judge()
    }

    /// Whether somebody speaks in any of `blocks`, of which those before the beginning, after the end, and forgotten ones
    /// are silent; nil while that is not known.
    package func isSpeech(in blocks: Range<Int>) -> Bool? {
        guard hasEnded || blocks.upperBound <= firstJudged + judged.count else { return nil }
        return judged.indices.clamped(to: blocks.lowerBound - firstJudged..<blocks.upperBound - firstJudged)
            .contains { judged[$0] }
    }

    /// Forgets the blocks before `block`.
    package mutating func forget(before block: Int) {
        let count = min(max(block - firstJudged, 0), judged.count)
        judged.removeFirst(count)
        firstJudged += count
    }

    private func firstSample(ofBlock block: Int) -> Int { block * format.sampleRate / Self.blocksPerSecond }

    private mutating func endBlock() {
        powers.append(Float(sum / Double(sampleCount * format.channelCount)))
        (sum, sampleCount) = (0, 0)
        blockCount += 1
    }

    private mutating func judge() {
        while true {
            let block = firstJudged + judged.count
            guard block < blockCount, hasEnded || block + Self.blocksAhead + 1 < blockCount else { return }
            let levels = (block - Self.blocksBehind...block + Self.blocksAhead).map { level(ofBlock: $0) }
            // Zeros that a program has put in say nothing of the room.
            let quietest = levels.compactMap { $0 }.filter { $0 > Self.faintestRoom }.min() ?? Self.digitalSilence
            let ahead = levels[Self.blocksBehind...].compactMap { $0 }
            loudest = max(loudest - Self.forgetting, ahead.max() ?? Self.digitalSilence)
            let threshold = max(quietest + Self.aboveQuietest, loudest - Self.underLoudest)
                .clamped(to: Self.thresholds)
            let own = levels[Self.blocksBehind] ?? Self.digitalSilence
            isSpeaking = own > (isSpeaking ? threshold - Self.hysteresis : threshold)
            judged.append(isSpeaking)
            let unneeded = min(max(block - Self.blocksBehind - 1 - firstPower, 0), powers.count)
            powers.removeFirst(unneeded)
            firstPower += unneeded
        }
    }

    /// The level around a block in dBFS; nil where there is no sound.
    private func level(ofBlock block: Int) -> Float? {
        guard (firstPower..<blockCount).contains(block) else { return nil }
        let near = max(block - 1, firstPower)...min(block + 1, blockCount - 1)
        let mean = near.reduce(Float(0)) { $0 + powers[$1 - firstPower] } / Float(near.count)
        return max(10 * log10(mean), Self.digitalSilence)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
