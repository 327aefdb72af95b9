import Foundation
import FrameGeneration
import Testing

@Suite("What a take reports, as JSON")
struct TakeEventTests {
    @Test(
        "Every event comes back as it was, and each of its values has a name",
        arguments: [
            (TakeEvent.started(frameCount: 7, engine: "reference"), ["engine", "frameCount"]),
            (.warning("the sound is silent"), ["message"]),
            (.framesFinished(count: 3), ["count"]),
        ])
    func comesBack(event: TakeEvent, keys: [String]) throws {
        #expect(try keysAndCopy(of: event) == (keys, event))
    }

    @Test("So does the last one, with its summary")
    func lastOne() throws {
        let rate = try #require(FrameRate(25))
        let summary = TakeSummary(frameCount: 7, frameRate: rate, duration: .seconds(2), times: StageTimes())
        #expect(try keysAndCopy(of: .ended(summary)) == (["summary"], .ended(summary)))
    }

    /// The names of the values in the event's JSON in alphabetical order, and the event that is read from it.
    private func keysAndCopy(of event: TakeEvent) throws -> ([String], TakeEvent) {
        let data = try JSONEncoder().encode(event)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
        try #require(object.count == 1)
        return (object.values.flatMap(\.keys).sorted(), try JSONDecoder().decode(TakeEvent.self, from: data))
    }
}
