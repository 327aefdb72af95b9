package import FrameGeneration

/// Says which sessions there is room for.
///
/// What speaks needs the network for every frame, what is silent only the encoder, and hardly that once its pictures were
/// encoded. So sessions are admitted as long as all can be silent at once, and any one can speak while the others stay
/// still; who would speak when there is no room left is told so.
package struct Admission: Sendable {
    /// Seconds of the machine that a frame takes.
    package struct Cost: Sendable, Hashable {
        /// Of a frame that speaks.
        package var speakingInSeconds: Double
        /// Of a frame that is silent, and whose face was made before.
        package var idleInSeconds: Double
        /// Of a frame that is the one before once more.
        package var stillInSeconds: Double

        package init(speakingInSeconds: Double, idleInSeconds: Double, stillInSeconds: Double) {
            self.speakingInSeconds = speakingInSeconds
            self.idleInSeconds = idleInSeconds
            self.stillInSeconds = stillInSeconds
        }

        fileprivate func least(_ other: Cost) -> Cost {
            Cost(
                speakingInSeconds: min(speakingInSeconds, other.speakingInSeconds),
                idleInSeconds: min(idleInSeconds, other.idleInSeconds),
                stillInSeconds: min(stillInSeconds, other.stillInSeconds))
        }
    }

    /// What an avatar's frames take.
    package struct Costs: Sendable, Hashable {
        /// In sessions whose silence is encoded each time.
        package var encoded: Cost
        /// In those that send again what was encoded once.
        package var sentAgain: Cost

        package init(encoded: Cost, sentAgain: Cost) {
            self.encoded = encoded
            self.sentAgain = sentAgain
        }

        /// The lesser of two measurements, kind by kind: whatever else a machine does makes frames dearer, never cheaper.
        func least(_ other: Costs?) -> Costs {
            guard let other else { return self }
            return Costs(encoded: encoded.least(other.encoded), sentAgain: sentAgain.least(other.sentAgain))
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

        // Parts of the machine that it takes.
        var speaking: Double { framesPerSecond * cost.speakingInSeconds }
        var idle: Double { framesPerSecond * cost.idleInSeconds }
        var still: Double { framesPerSecond * cost.stillInSeconds }
    }

    /// The part of the machine that sessions may take.
    static let room = 1.0

    /// Rates that are offered where none was asked for, highest first: down to what is hardly a moving picture.
    static let usualRates = [25, 20, 15, 12, 10, 5, 3, 2, 1].compactMap { FrameRate($0) }

    /// Frames a second that a new session could have beside `others`.
    package static func framesPerSecond(beside others: [Load], cost: Cost) -> Double {
        let still = others.sum(\.still)
        // The most that sessions take while one of them speaks and the others stay still.
        let oneSpeaks = others.map { still - $0.still + $0.speaking }.max() ?? 0
        return [
            rate(in: room - still, cost.speakingInSeconds),
            rate(in: room - max(oneSpeaks, speechTakes(others)), cost.stillInSeconds),
            rate(in: room - others.sum(\.idle), cost.idleInSeconds),
        ].min() ?? 0
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
            guard wanted.framesPerSecond <= possible else { throw noRoom(wanted, possible, beside: others, cost) }
            return wanted
        }
        if natural.framesPerSecond <= possible { return natural }
        guard let rate = usualRates.first(where: { $0.framesPerSecond <= min(possible, natural.framesPerSecond) })
        else {
            throw noRoom(nil, possible, beside: others, cost)
        }
        return rate
    }

    /// Checks that a session may begin to speak beside `others`.
    ///
    /// - Throws: `Problem` with the figure when there is no room.
    package static func checkRoom(toSpeakAt rate: FrameRate, beside others: [Load], cost: Cost) throws(Problem) {
        let possible = self.rate(in: room - speechTakes(others), cost.speakingInSeconds)
        guard rate.framesPerSecond <= possible else { throw noRoom(rate, possible, beside: others, cost) }
    }

    /// Whether those that are silent must stay still so that the others can speak.
    package static func mustStayStill(_ loads: [Load]) -> Bool {
        loads.contains(where: \.isSpeaking) && loads.sum { $0.isSpeaking ? $0.speaking : $0.idle } > room
    }

    /// What sessions take while those that are silent stay still.
    private static func speechTakes(_ loads: [Load]) -> Double { loads.sum { $0.isSpeaking ? $0.speaking : $0.still } }

    private static func rate(in room: Double, _ secondsPerFrame: Double) -> Double {
        secondsPerFrame > 0 ? max(0, room) / secondsPerFrame : .infinity
    }

    private static func noRoom(
        _ rate: FrameRate?, _ possible: Double, beside others: [Load], _ cost: Cost
    ) -> Problem {
        let milliseconds = Int((cost.speakingInSeconds * 1000).rounded())
        return Problem(
            .noRoom,
            "a frame of speech takes \(milliseconds) ms of this machine, which leaves room for \(Int(possible)) frames a "
                + "second\(others.isEmpty ? "" : " beside other sessions"), "
                + (rate.map { "and \($0) were asked for" } ?? "expected one at least"),
            retryAfterInSeconds: 5)
    }
}

extension [Admission.Load] {
    fileprivate func sum(_ part: (Element) -> Double) -> Double { reduce(0) { $0 + part($1) } }
}
