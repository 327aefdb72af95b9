import Foundation
import FrameGeneration
import FramegenTools

/// A JSON object a line: of an event for progress, and of a result for the log.
struct BatchMessage: Encodable {
    var event: String
    let job: Int
    let output: String
    var message: String?
    /// Of the job's video that are written.
    var secondsDone: Double?
    /// Of all jobs' videos.
    var allSecondsDone: Double?
    var allSecondsLeft: Double?
    var frames: Int?
    /// That the job took.
    var seconds: Double?
    var engine: String?
    var precision: Precision?

    init(_ event: Batch.Event, done: Double, left: Double) {
        switch event {
        case .skipped(let job): self.init("skipped", job)
        case .started(let job): self.init("started", job)
        case .warning(let job, let text):
            self.init("warning", job)
            message = text
        case .progressed(let job, let seconds):
            self.init("progress", job)
            secondsDone = seconds
        case .ended(let result): self.init(result)
        }
        allSecondsDone = done
        allSecondsLeft = left
    }

    /// What has become of a job.
    init(_ result: Batch.Result) {
        self.init(result.error != nil ? "failed" : result.wasSkipped ? "skipped" : "finished", result.job)
        message = result.error?.message
        frames = result.summary?.frameCount
        seconds = result.summary?.durationInSeconds
        engine = result.summary?.engineName
        precision = result.summary?.precision
    }

    private init(_ event: String, _ job: BatchJob) {
        self.event = event
        self.job = job.number
        output = job.outputPath
    }

    /// Without a line break.
    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
