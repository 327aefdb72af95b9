import FramegenServer
import HTTPTypes
import Testing

@Suite struct ProblemTests {
    @Test("every kind of problem has a status of an error", arguments: Problem.Kind.allCases)
    func statuses(kind: Problem.Kind) {
        #expect((400...599).contains(Problem(kind, "wrong").status.code))
    }
}
