import ArgumentParser
import Foundation
import FrameGeneration
import Framegen
import Synchronization

struct ProgressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How to show progress on standard error: a bar on a terminal and plain lines elsewhere, plain lines, one "
                + "JSON object a line, or nothing.", valueName: "style"))
    var progress = ProgressChoice.auto

    @Flag(help: "Show the messages of the libraries underneath too.")
    var verbose = false
}

enum ProgressChoice: String, CaseIterable, ExpressibleByArgument {
    case auto
    case plain
    case json
    case none

    var resolved: ProgressStyle {
        switch self {
        case .auto: isatty(STDERR_FILENO) == 1 ? .bar : .plain
        case .plain: .plain
        case .json: .json
        case .none: .none
        }
    }
}

enum ProgressStyle {
    case bar
    case plain
    case json
    case none
}

/// Draws a run's events on standard error.
final class ProgressReporter: Sendable {
    private struct State {
        var tracker: ProgressTracker
        var lastDrawn: ContinuousClock.Instant?
        var barIsOpen = false
    }

    private let style: ProgressStyle
    private let state: Mutex<State>

    init(style: ProgressStyle, unit: ProgressUnit) {
        self.style = style
        state = Mutex(State(tracker: ProgressTracker(unit: unit)))
    }

    func report(_ event: ProgressEvent) {
        state.withLock { state in
            state.tracker.update(event, at: .now)
            switch style {
            case .bar: drawBar(event, &state)
            case .plain: printLine(event, &state)
            case .json: StandardError.write(state.tracker.json(for: event) + "\n")
            case .none: warn(event)
            }
        }
    }

    /// Says what was made, where that is not left to standard output alone.
    func finish(_ summary: some WorkSummary) {
        finish()
        if style == .json { StandardError.write(ProgressTracker.json(for: summary) + "\n") }
    }

    /// Ends the bar's line.
    private func finish() {
        state.withLock { state in
            guard state.barIsOpen else { return }
            StandardError.write("\n")
            state.barIsOpen = false
        }
    }

    /// Says in one line why the work ended early, as JSON where that was asked for.
    func fail(_ error: FramegenError) {
        finish()
        let message = error.code == .cancelled ? "interrupted" : error.line
        StandardError.write(
            style == .json ? ProgressTracker.json(forError: message) + "\n" : "error: \(message)\n")
    }

    private func drawBar(_ event: ProgressEvent, _ state: inout State) {
        warn(event)
        guard case .finished = event, isDue(every: .milliseconds(100), &state) else { return }
        StandardError.write("\r\u{1B}[K\(state.tracker.bar)")
        state.barIsOpen = true
    }

    private func printLine(_ event: ProgressEvent, _ state: inout State) {
        warn(event)
        switch event {
        case .started: StandardError.write("\(state.tracker.startLine)\n")
        case .finished where isDue(every: .seconds(2), &state):
            StandardError.write("\(state.tracker.line)\n")
        case .finished, .warning: break
        }
    }

    private func warn(_ event: ProgressEvent) {
        if case .warning(let message) = event { StandardError.write("warning: \(message.onOneLine)\n") }
    }

    /// Whether enough time has passed since the last drawing, or the work is complete.
    private func isDue(every interval: Duration, _ state: inout State) -> Bool {
        let now = ContinuousClock.now
        if let last = state.lastDrawn, last.duration(to: now) < interval, !state.tracker.isComplete { return false }
        state.lastDrawn = now
        return true
    }
}
