package import FrameGeneration

/// Says which sessions there is room for: what speaks needs the network for every frame, and what is silent only the
/// encoder.
///
/// Sessions that are silent are admitted beside one that speaks, as long as any one of them could; who speaks when there
/// is no room left is told so.
package struct Admission: Sendable {
    /// Seconds of the machine that a frame takes.
    package struct Cost: Sendable, Hashable {
        /// Of a frame that speaks.
        package var speakingInSeconds: Double
        /// Of a frame that is silent and whose face was made before.
        package var idleInSeconds: Double

        package init(speakingInSeconds: Double, idleInSeconds: Double) {
            self.speakingInSeconds = speakingInSeconds
            self.idleInSeconds = idleInSeconds
        }
    }

    /// A session, as far as it matters here.
    package struct Load: Sendable {
        package var framesPerSecond: Double
        package var cost: Cost
        package var isSpeaking: Bool

        package init(framesPerSecond: Double, cost: Cost, isSpeaking: Bool) {
            self.framesPerSecond = framesPerSecond
            self.cost = cost
            self.isSpeaking = isSpeaking
        }

        /// The part of the machine that it takes.
        var share: Double {
            framesPerSecond * (isSpeaking ? cost.speakingInSeconds : cost.idleInSeconds)
        }
    }

    /// The part of the machine that sessions may take.
    static let room = 1.0

    /// Rates that are offered where none was asked for, highest first.
    static let usualRates = [25, 20, 15, 12, 10, 5].compactMap { FrameRate($0) }

    /// Frames a second that a session could speak with beside `others`.
    package static func framesPerSecond(beside others: [Load], cost: Cost) -> Double {
        guard cost.speakingInSeconds > 0 else { return .infinity }
        return max(0, room - others.reduce(0) { $0 + $1.share }) / cost.speakingInSeconds
    }

    /// The rate of a new session beside `others`.
    ///
    /// - Parameters:
    ///   - wanted: the rate that was asked for; nil for the avatar's own, or the next usual one that there is room for.
    ///   - natural: the avatar's own rate.
    ///   - others: the sessions that there are.
    ///   - cost: what its frames cost.
    /// - Returns: the rate that was asked for, or the one that was chosen.
    /// - Throws: `Problem` with the figure when there is no room.
    package static func frameRate(
        wanted: FrameRate?, natural: FrameRate, beside others: [Load], cost: Cost
    ) throws(Problem) -> FrameRate {
        let possible = framesPerSecond(beside: others, cost: cost)
        if let wanted {
            guard wanted.framesPerSecond <= possible else { throw noRoom(wanted, possible, cost) }
            return wanted
        }
        if natural.framesPerSecond <= possible { return natural }
        guard let rate = usualRates.first(where: { $0.framesPerSecond <= min(possible, natural.framesPerSecond) })
        else {
            throw noRoom(natural, possible, cost)
        }
        return rate
    }

    /// Checks that a session may begin to speak beside `others`.
    ///
    /// - Throws: `Problem` with the figure when there is no room.
    package static func checkRoom(toSpeakAt rate: FrameRate, beside others: [Load], cost: Cost) throws(Problem) {
        let possible = framesPerSecond(beside: others, cost: cost)
        guard rate.framesPerSecond <= possible else { throw noRoom(rate, possible, cost) }
    }

    private static func noRoom(_ rate: FrameRate, _ possible: Double, _ cost: Cost) -> Problem {
        let milliseconds = Int((cost.speakingInSeconds * 1000).rounded())
        return Problem(
            .noRoom,
            "a frame takes \(milliseconds) ms of this machine, which leaves room for \(Int(possible)) frames a second "
                + "beside the other sessions, and \(rate) were asked for",
            retryAfterInSeconds: 5)
    }
}
