import FrameGeneration
import FramegenServer
import Testing

@Suite("Admission of sessions")
struct AdmissionTests {
    private let cost = Admission.Cost(speakingInSeconds: 0.035, idleInSeconds: 0.003, stillInSeconds: 0.0006)
    private let slow = Admission.Cost(speakingInSeconds: 0.06, idleInSeconds: 0.004, stillInSeconds: 0.001)

    private func load(isSpeaking: Bool, rate: Double = 25) -> Admission.Load {
        Admission.Load(framesPerSecond: rate, cost: cost, isSpeaking: isSpeaking)
    }

    private func loads(_ count: Int, isSpeaking: Bool = false) -> [Admission.Load] {
        Array(repeating: load(isSpeaking: isSpeaking), count: count)
    }

    private func rate(_ text: String) throws -> FrameRate { try #require(FrameRate(text) as FrameRate?) }

    /// Whether all that were admitted have room, whoever of them speaks alone.
    private func fits(_ loads: [Admission.Load]) -> Bool {
        let idle = loads.reduce(0) { $0 + $1.framesPerSecond * $1.cost.idleInSeconds }
        let still = loads.reduce(0) { $0 + $1.framesPerSecond * $1.cost.stillInSeconds }
        return idle <= 1
            && loads.allSatisfy { load in
                still + load.framesPerSecond * (load.cost.speakingInSeconds - load.cost.stillInSeconds) <= 1
            }
    }

    @Test("goes on while all can be silent and any one can speak with the others still, and no longer")
    func silentSessions() throws {
        let natural = try rate("25")
        #expect(try Admission.frameRate(wanted: nil, natural: natural, beside: [], cost: cost) == natural)
        let one = loads(1)
        #expect(try Admission.frameRate(wanted: natural, natural: natural, beside: one, cost: cost) == natural)
        var admitted: [Admission.Load] = []
        while (try? Admission.frameRate(wanted: natural, natural: natural, beside: admitted, cost: cost)) != nil {
            admitted.append(load(isSpeaking: false))
            try #require(admitted.count < 1000)
        }
        #expect(admitted.count >= 2 && fits(admitted))
        #expect(!fits(admitted + [load(isSpeaking: false)]))
    }

    @Test("of a rate that was not asked for is at the highest usual one that there is room for")
    func lowerRate() throws {
        let chosen = try Admission.frameRate(wanted: nil, natural: try rate("25"), beside: [], cost: slow)
        #expect(chosen == (try rate("15")))
        let busy = Admission.Cost(speakingInSeconds: 0.295, idleInSeconds: 0.02, stillInSeconds: 0.01)
        #expect(try Admission.frameRate(wanted: nil, natural: rate("25"), beside: [], cost: busy) == rate("3"))
        let hopeless = Admission.Cost(speakingInSeconds: 1.5, idleInSeconds: 0.02, stillInSeconds: 0.01)
        let error = #expect(throws: Problem.self) {
            try Admission.frameRate(wanted: nil, natural: rate("25"), beside: [], cost: hopeless)
        }
        #expect(error?.kind == .noRoom && error?.detail.contains("expected one at least") == true)
        #expect(error?.detail.contains("asked for") == false)
    }

    @Test("at a rate that was asked for is refused with the figures")
    func refusal() throws {
        let natural = try rate("25")
        let error = #expect(throws: Problem.self) {
            try Admission.frameRate(wanted: natural, natural: natural, beside: [], cost: slow)
        }
        #expect(error?.kind == .noRoom && error?.retryAfterInSeconds != nil)
        #expect(error?.detail.contains("60 ms") == true && error?.detail.contains("16 frames") == true)
    }

    @Test("to speak is refused beside one that speaks, and given beside any number that can stay still")
    func speaking() throws {
        let natural = try rate("25")
        #expect(throws: Problem.self) {
            try Admission.checkRoom(toSpeakAt: natural, beside: loads(1, isSpeaking: true), cost: cost)
        }
        try Admission.checkRoom(toSpeakAt: natural, beside: loads(7), cost: cost)
        try Admission.checkRoom(
            toSpeakAt: try rate("10"), beside: [load(isSpeaking: true, rate: 12)], cost: cost)
    }

    @Test("who is silent stays still only while somebody speaks and there is no room for both")
    func stillness() {
        #expect(!Admission.mustStayStill(loads(8)))
        #expect(!Admission.mustStayStill(loads(1) + loads(1, isSpeaking: true)))
        #expect(Admission.mustStayStill(loads(7) + loads(1, isSpeaking: true)))
        #expect(!Admission.mustStayStill(loads(1, isSpeaking: true)))
    }
}
