import Foundation
import FrameGeneration
import Framegen
import FramegenTools

/// What a benchmark has measured, for people.
struct BenchText {
    private let summary: BenchmarkSummary
    private let median: BenchmarkSummary.Run

    init(_ summary: BenchmarkSummary) {
        self.summary = summary
        median = summary.median
    }

    var text: String { [overview.text, stages.text].joined(separator: "\n\n") }

    private var overview: TextTable {
        var table = TextTable()
        let precision = summary.precision.rawValue
        table.add(["speed", "\(summary.speed) in \(precision)\(spread { $0.whole.framesPerSecond })"])
        if let reason = summary.precisionReason { table.add(["chosen by auto", reason]) }
        if let firstPass = median.firstPass {
            let frames = ProgressUnit.frame.text(firstPass.frameCount)
            let rate = Self.text(firstPass.framesPerSecond)
            table.add([
                "first pass", "\(frames), \(rate) frames a second\(spread { $0.firstPass?.framesPerSecond })",
            ])
        }
        if let warm = median.warm {
            let rate = Self.text(warm.framesPerSecond)
            let frames = ProgressUnit.frame.text(warm.frameCount)
            table.add(["warm", "\(frames), \(rate) frames a second\(spread { $0.warm?.framesPerSecond })"])
        } else {
            table.add(["warm", "nothing: the sound ends before the template has been used once"])
        }
        let shares = [
            "\(percent(median.whole.processorShare(of: summary.processorCount))) of \(summary.processorCount)",
            median.warm.map { "warm \(percent($0.processorShare(of: summary.processorCount)))" },
        ]
        table.add(["processors busy", shares.compactMap { $0 }.joined(separator: ", ")])
        let moments: [(String, Duration?)] = [
            ("ready", summary.sinceProcessStart(\.timeToReady)),
            ("first frame", summary.sinceProcessStart(\.timeToFirstFrame)),
            ("out of the encoder", summary.sinceProcessStart(\.timeToFirstEncodedFrame)),
        ]
        let times = moments.compactMap { name, time in time.map { "\(name) \($0.seconds(digits: 2)) s" } }
        table.add(["from the start", times.isEmpty ? "unknown" : times.joined(separator: ", ")])
        let next = summary.nextTake
        table.add([
            "next take",
            "first frame \(Self.milliseconds(next.secondsToFirstFrame)), out of the encoder at low delay "
                + Self.milliseconds(next.secondsToFirstPacket),
        ])
        let used = median.templateFrames
        let budget = "\(Self.mebibytes(used.keptBytes)) of \(Self.mebibytes(summary.templateCacheInBytes))"
        let stored = used.stored > 0 ? " (\(used.stored) from disk)" : ""
        table.add([
            "template cache",
            "\(used.kept) kept, \(used.prepared) prepared\(stored), \(percent(used.keptShare)) kept; \(budget)",
        ])
        table.add(["peak memory", summary.peakMemoryInBytes.map(Self.mebibytes) ?? "unknown"])
        return table
    }

    private static func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }

    /// Milliseconds a frame.
    private var stages: TextTable {
        let uses = ["busy", "starved", "blocked"]
        var columns = ["ms a frame", "threads"] + uses
        if median.warm != nil { columns += uses.map { "warm \($0)" } }
        var table = TextTable(columns: columns, rightAligned: Set(1..<columns.count))
        for stage in Stage.allCases {
            guard let time = median.whole.stages[stage] else { continue }
            var cells = [stage.rawValue, summary.threads[stage].map { "\($0)" } ?? "auto"]
            cells += Self.cells(time, median.whole)
            if let warm = median.warm { cells += Self.cells(warm.stages[stage] ?? StageTime(), warm) }
            table.add(cells)
        }
        return table
    }

    /// Such as `, 35.1 to 36.9 in 3 runs`.
    private func spread(_ value: (BenchmarkSummary.Run) -> Double?) -> String {
        let values = summary.runs.compactMap(value)
        guard values.count > 1, let least = values.min(), let most = values.max() else { return "" }
        return "; \(Self.text(least)) to \(Self.text(most)) in \(values.count) runs"
    }

    private static func cells(_ time: StageTime, _ part: BenchmarkSummary.Part) -> [String] {
        [time.busy, time.starved, time.blocked].map { text(part.millisecondsPerFrame($0)) }
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

    private static func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}
