import FrameGeneration
import FramegenTools

/// What a batch has made, for people: a table of the jobs and a line over all.
struct BatchText {
    private let results: [Batch.Result]

    init(_ results: [Batch.Result]) { self.results = results }

    var text: String {
        var table = TextTable(columns: ["job", "output", "frames", "seconds", "result"], rightAligned: [0, 2, 3])
        for result in results {
            table.add([
                "\(result.job.number)", result.job.outputPath.onOneLine,
                result.summary.map { "\($0.frameCount)" } ?? "",
                result.summary.map { $0.durationInSeconds.text(digits: 1) } ?? "",
                result.error.map { "failed: \($0.line)" }
                    ?? (result.wasSkipped ? "was there already" : "rendered"),
            ])
        }
        let (failed, skipped) = (results.count { $0.error != nil }, results.count(where: \.wasSkipped))
        return table.text
            + "\n\n\(results.count - failed - skipped) rendered, \(skipped) were there already, \(failed) failed"
    }
}
