import FrameGeneration
import FramegenServer
import Testing

@Suite("Admission of sessions")
struct AdmissionTests {
    private let cost = Admission.Cost(speakingInSeconds: 0.035, idleInSeconds: 0.003)

    private func load(isSpeaking: Bool, rate: Double = 25) -> Admission.Load {
        Admission.Load(framesPerSecond: rate, cost: cost, isSpeaking: isSpeaking)
    }

    private func rate(_ text: String) throws -> FrameRate { try #require(FrameRate(text) as FrameRate?) }

    @Test("silent sessions are admitted beside one that could speak")
    func silentSessions() throws {
        let natural = try rate("25")
        #expect(try Admission.frameRate(wanted: nil, natural: natural, beside: [], cost: cost) == natural)
        let one = [load(isSpeaking: false)]
        #expect(try Admission.frameRate(wanted: natural, natural: natural, beside: one, cost: cost) == natural)
    }

    @Test("where no rate was asked for, the highest usual one that there is room for is taken")
    func lowerRate() throws {
        let slow = Admission.Cost(speakingInSeconds: 0.06, idleInSeconds: 0.004)
        let chosen = try Admission.frameRate(wanted: nil, natural: try rate("25"), beside: [], cost: slow)
        #expect(chosen == (try rate("15")))
    }

    @Test("a rate that was asked for is refused with the figures")
    func refusal() throws {
        let slow = Admission.Cost(speakingInSeconds: 0.06, idleInSeconds: 0.004)
        let natural = try rate("25")
        let error = #expect(throws: Problem.self) {
            try Admission.frameRate(wanted: natural, natural: natural, beside: [], cost: slow)
        }
        #expect(error?.kind == .noRoom && error?.retryAfterInSeconds != nil)
        #expect(error?.detail.contains("60 ms") == true && error?.detail.contains("16 frames") == true)
    }

    @Test("who would speak beside one that speaks is told that there is no room")
    func speaking() throws {
        let natural = try rate("25")
        #expect(throws: Problem.self) {
            try Admission.checkRoom(toSpeakAt: natural, beside: [load(isSpeaking: true)], cost: cost)
        }
        try Admission.checkRoom(toSpeakAt: natural, beside: [load(isSpeaking: false)], cost: cost)
        try Admission.checkRoom(
            toSpeakAt: try rate("10"), beside: [load(isSpeaking: true, rate: 12)], cost: cost)
    }
}
