import FrameGeneration

/// Puts pieces of sound where their time stamps say, as `SoundFile` promises: what is missing for longer than a
/// tolerance is silence, and what comes twice comes once.
struct PlacedSamples {
    /// Seconds by which a stamp may be off: containers round.
    private static let tolerance = 0.14
    /// Seconds that may be missing at once: more is a fault of the stamps.
    private static let longestJump = 60.0

    private let name: String
    private var origin: Double?
    /// Seconds of all sound up to now.
    private(set) var end = 0.0

    init(name: String) { self.name = name }

    /// The samples that come next, channels interleaved, of a piece that begins at `stamp` seconds; nil where nothing
    /// says.
    ///
    /// - Throws: `FramegenError` with `.invalidData` for a jump of more than a minute.
    mutating func place(
        _ samples: [Float], at stamp: Double?, sampleRate: Int, channelCount: Int
    ) throws(FramegenError) -> [Float] {
        var placed = samples
        if let stamp, stamp.isFinite {
            let origin = origin ?? stamp
            self.origin = origin
            let jump = stamp - origin - end
            guard abs(jump) <= Self.longestJump else {
                throw FramegenError(
                    .invalidData,
                    "\(name) jumps \(jump < 0 ? "back " : "")by \(abs(jump).secondsText) in its time stamps at "
                        + "\(end.secondsText), expected \(Self.longestJump.secondsText) at most")
            }
            let count = Int((abs(jump) * Double(sampleRate)).rounded()) * channelCount
            if jump > Self.tolerance {
                placed = Array(repeating: 0, count: count) + samples
            } else if jump < -Self.tolerance {
                placed = Array(samples.dropFirst(count))
            }
        }
        end += Double(placed.count / channelCount) / Double(sampleRate)
        return placed
    }
}
