import Foundation
import FrameGeneration
import FramegenTools
import Synchronization

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

/// A file that grows by a line with each job that ends, so that it is whole as far as it goes whenever the program is ended.
final class BatchResultLog: Sendable {
    private let path: String
    private let handle: Mutex<FileHandle>
    private let failure = Mutex<FramegenError?>(nil)

    /// Opens the file to add to it.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    init(_ path: String) throws(FramegenError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Folder.unwritable(path, errno) }
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Why not all results could be added.
    var fault: FramegenError? { failure.withLock { $0 } }

    func add(_ result: Batch.Result) {
        let line = BatchMessage(result).line + "\n"
        do {
            try handle.withLock { try $0.write(contentsOf: Data(line.utf8)) }
        } catch {
            let path = path
            failure.withLock { failure in
                failure = failure ?? FramegenError(.cannotWrite, "\(path) cannot be written: \(error)", cause: error)
            }
        }
    }
}
