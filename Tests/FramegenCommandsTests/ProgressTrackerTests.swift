import FramegenCommands
import Testing

@Suite("Progress")
struct ProgressTrackerTests {
    private func tracker(_ unit: ProgressUnit = .frame, total: Int?, finished: Int, seconds: Int) -> ProgressTracker {
        var tracker = ProgressTracker(unit: unit)
        let start = ContinuousClock.now
        tracker.update(.started(total: total, engine: "x"), at: start)
        for index in 0..<finished {
            tracker.update(.finished(count: index + 1), at: start.advanced(by: .seconds(seconds)))
        }
        return tracker
    }

    @Test("counts frames, their rate and the time left")
    func line() {
        #expect(tracker(total: 100, finished: 40, seconds: 10).line == "40/100 frames, 4.0 frames/s, 0:15 left")
        #expect(tracker(total: 100_000, finished: 10, seconds: 10).line.hasSuffix("1.0 frames/s, 27:46:30 left"))
        #expect(tracker(total: nil, finished: 40, seconds: 10).line == "40 frames, 4.0 frames/s")
    }

    @Test("names what is counted")
    func unit() {
        let tracker = tracker(.row, total: 100, finished: 50, seconds: 10)
        #expect(tracker.line == "50/100 rows, 5.0 rows/s, 0:10 left")
        #expect(
            tracker.json(for: .finished(count: 50))
                == #"{"event":"row","row":50,"rows":100,"rows_per_second":5,"seconds_left":10}"#)
    }

    @Test("a bar is as full as the work is done", arguments: [(0, 0), (50, 15), (99, 29), (100, 30)])
    func bar(finished: Int, blocks: Int) {
        let bar = tracker(total: 100, finished: finished, seconds: 1).bar
        #expect(bar.count { $0 == "█" } == blocks)
        #expect(bar.count { $0 == "░" } == 30 - blocks)
    }

    @Test("more frames than a sound file promised are counted on, without a total")
    func moreThanPromised() {
        let tracker = tracker(total: 3, finished: 5, seconds: 1)
        #expect(tracker.bar == "5 frames, 5.0 frames/s")
        #expect(!tracker.json(for: .finished(count: 5)).contains("seconds_left"))
    }
}
