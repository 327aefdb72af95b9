import Foundation
package import Framegen

/// Counts frames and estimates their rate and the time left.
package struct ProgressTracker {
    private static let barWidth = 30

    private var finished = 0
    private var total: Int?
    private var engine = ""
    private var start: ContinuousClock.Instant?
    private var now = ContinuousClock.now

    var isComplete: Bool { finished == total }

    package init() {}

    package mutating func update(_ event: GenerationEvent, at now: ContinuousClock.Instant) {
        self.now = now
        switch event {
        case .started(let frameCount, let engine):
            total = frameCount
            self.engine = engine
            start = now
        case .frameFinished:
            finished += 1
            // What a sound file says of its length may be wrong.
            if let total, finished > total { self.total = nil }
        case .warning:
            break
        }
    }

    var framesPerSecond: Double {
        guard let start else { return 0 }
        let seconds = start.duration(to: now) / .seconds(1)
        return seconds > 0 ? Double(finished) / seconds : 0
    }

    /// Nil until it can be known.
    var secondsLeft: Double? {
        guard let total, framesPerSecond > 0 else { return nil }
        return Double(total - finished) / framesPerSecond
    }

    var startLine: String { "\(total.map { "\($0) frames" } ?? "frames") on \(engine)" }

    package var line: String {
        let rate = String(format: "%.1f", framesPerSecond)
        let left = secondsLeft.map { ", \(Self.time($0)) left" } ?? ""
        return "\(finished)\(total.map { "/\($0)" } ?? "") frames, \(rate) frames/s\(left)"
    }

    package var bar: String {
        guard let total, total > 0 else { return line }
        let filled = Self.barWidth * finished / total
        let blocks = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        return "\(blocks) \(line)"
    }

    package func json(for event: GenerationEvent) -> String {
        let message: ProgressMessage
        switch event {
        case .started: message = ProgressMessage(event: "started", frames: total, engine: engine)
        case .warning(let text): message = ProgressMessage(event: "warning", message: text)
        case .frameFinished:
            message = ProgressMessage(
                event: "frame", frame: finished, frames: total, framesPerSecond: framesPerSecond,
                secondsLeft: secondsLeft)
        }
        return message.line
    }

    static func json(for summary: GenerationSummary) -> String {
        let seconds = summary.duration / .seconds(1)
        return ProgressMessage(
            event: "finished", frames: summary.frameCount,
            framesPerSecond: seconds > 0 ? Double(summary.frameCount) / seconds : nil, engine: summary.engineName,
            seconds: seconds,
            busySeconds: Dictionary(
                uniqueKeysWithValues: summary.stageTimes.map { ($0.key.rawValue, $0.value / .seconds(1)) }),
            peakMemoryInBytes: PeakMemory.inBytes
        ).line
    }

    static func json(forError text: String) -> String { ProgressMessage(event: "error", message: text).line }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
            : String(format: "%d:%02d", minutes, whole % 60)
    }
}

/// One line of `--progress json`.
///
/// `frame` counts finished frames.
private struct ProgressMessage: Encodable {
    var event: String
    var frame: Int?
    var frames: Int?
    var framesPerSecond: Double?
    var secondsLeft: Double?
    var engine: String?
    var message: String?
    /// From the request to the completed output.
    var seconds: Double?
    /// Of each stage; stages overlap.
    var busySeconds: [String: Double]?
    var peakMemoryInBytes: Int?

    enum CodingKeys: String, CodingKey {
        case event
        case frame
        case frames
        case framesPerSecond = "frames_per_second"
        case secondsLeft = "seconds_left"
        case engine
        case message
        case seconds
        case busySeconds = "busy_seconds"
        case peakMemoryInBytes = "peak_memory_bytes"
    }

    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension Duration {
    /// Seconds with `digits` decimals.
    func seconds(digits: Int) -> String { String(format: "%.\(digits)f", self / .seconds(1)) }
}
