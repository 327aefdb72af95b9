import Foundation
import FrameGeneration
import FramegenTools
import Synchronization

/// Shows a batch on standard error: one bar over all jobs, or lines, or a JSON object an event.
final class BatchReporter: Sendable {
    private struct State {
        var jobCount = 0
        var endedCount = 0
        var failedCount = 0
        /// Of all jobs, as far as it is known.
        var expectedSeconds = 0.0
        /// Seconds of video of each job that were written in this run.
        var secondsDone: [Int: Double] = [:]
        /// Seconds of jobs that were skipped or failed, which nothing is left of.
        var secondsGone = 0.0
        var start = ContinuousClock.now
        var lastDrawn: ContinuousClock.Instant?
        var barIsOpen = false

        var done: Double { secondsDone.values.reduce(0, +) }
        var left: Double { max(expectedSeconds - secondsGone - done, 0) }
    }

    private static let barWidth = 30
    private let style: ProgressStyle
    private let state = Mutex(State())

    init(style: ProgressStyle) { self.style = style }

    func begin(_ jobs: [BatchJob]) {
        state.withLock { state in
            state.jobCount = jobs.count
            state.expectedSeconds = jobs.reduce(0) { $0 + ($1.expectedSeconds ?? 0) }
            state.start = .now
        }
    }

    func report(_ event: Batch.Event) {
        state.withLock { state in
            update(&state, with: event)
            switch style {
            case .json: write(BatchMessage(event, done: state.done, left: state.left).line, &state)
            case .bar:
                say(event, &state)
                if isDue(every: .milliseconds(100), &state) {
                    StandardError.write("\r\u{1B}[K\(bar(state))")
                    state.barIsOpen = true
                }
            case .plain:
                say(event, &state)
                if case .progressed = event, isDue(every: .seconds(5), &state) { write(line(state), &state) }
            case .none: if case .warning = event { say(event, &state) }
            }
        }
    }

    /// Says what the user should know before the first job.
    func warn(_ text: String) {
        state.withLock { state in
            write(style == .json ? ProgressTracker.json(forWarning: text) : "warning: \(text.onOneLine)", &state)
        }
    }

    /// Ends the bar's line.
    func finish() {
        state.withLock { state in
            if state.barIsOpen { StandardError.write("\n") }
            state.barIsOpen = false
        }
    }

    /// Says in one line why the work ended early, as JSON where that was asked for.
    func fail(_ error: FramegenError) {
        finish()
        if style != .json, let faults = error.cause as? BatchFaults, faults.list.count > 1 {
            let list = faults.list.map { "\n  \($0.onOneLine)" }.joined()
            return StandardError.write("error: \(faults.path.onOneLine) cannot be rendered:\(list)\n")
        }
        let message = error.code == .cancelled ? "interrupted" : error.line
        StandardError.write(
            style == .json ? ProgressTracker.json(forError: message) + "\n" : "error: \(message)\n")
    }

    private func update(_ state: inout State, with event: Batch.Event) {
        switch event {
        case .progressed(let job, let seconds): state.secondsDone[job.number] = seconds
        case .ended(let result):
            state.endedCount += 1
            state.failedCount += result.error == nil ? 0 : 1
            if result.summary == nil {
                state.secondsGone += result.job.expectedSeconds ?? 0
                state.secondsDone[result.job.number] = nil
            }
        case .skipped, .started, .warning: break
        }
    }

    /// Failures and warnings stay above the bar.
    private func say(_ event: Batch.Event, _ state: inout State) {
        switch event {
        case .warning(let job, let text): write("warning: job \(job.number): \(text.onOneLine)", &state)
        case .ended(let result):
            if let error = result.error {
                write("error: job \(result.job.number), \(result.job.outputPath): \(error.line)", &state)
            }
        case .skipped, .started, .progressed: break
        }
    }

    private func write(_ line: String, _ state: inout State) {
        StandardError.write((state.barIsOpen ? "\r\u{1B}[K" : "") + line + "\n")
        state.barIsOpen = false
    }

    private func line(_ state: State) -> String {
        let elapsed = state.start.duration(to: .now) / .seconds(1)
        let rate = elapsed > 0 ? state.done / elapsed : 0
        let left = rate > 0 && state.left > 0 ? ", \(ProgressTracker.time(state.left / rate)) left" : ""
        let failed = state.failedCount > 0 ? ", \(state.failedCount) failed" : ""
        return
            "\(state.endedCount)/\(state.jobCount) jobs\(failed), \(ProgressTracker.time(state.done)) of video done, "
            + "\(ProgressTracker.time(state.left)) to do\(left)"
    }

    private func bar(_ state: State) -> String {
        let all = state.done + state.left
        let filled = all > 0 ? min(Int(Double(Self.barWidth) * state.done / all), Self.barWidth) : 0
        let blocks = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        return "\(blocks) \(line(state))"
    }

    private func isDue(every interval: Duration, _ state: inout State) -> Bool {
        let now = ContinuousClock.now
        if let last = state.lastDrawn, last.duration(to: now) < interval { return false }
        state.lastDrawn = now
        return true
    }
}
