import Foundation
import Framegen
import FramegenTools

/// Counts what is finished, and estimates their rate and the time left.
package struct ProgressTracker {
    private static let barWidth = 30

    private let unit: ProgressUnit
    private var finished = 0
    private var total: Int?
    private var engine: String?
    private var start: ContinuousClock.Instant?
    private var now = ContinuousClock.now

    var isComplete: Bool { finished == total }

    package init(unit: ProgressUnit) {
        self.unit = unit
    }

    package mutating func update(_ event: ProgressEvent, at now: ContinuousClock.Instant) {
        self.now = now
        switch event {
        case .started(let total, let engine):
            self.total = total
            self.engine = engine
            start = now
        case .finished(let count):
            finished = count
            // What a sound file says of its length may be wrong.
            if let total, finished > total { self.total = nil }
        case .warning:
            break
        }
    }

    var countPerSecond: Double {
        guard let start else { return 0 }
        let seconds = start.duration(to: now) / .seconds(1)
        return seconds > 0 ? Double(finished) / seconds : 0
    }

    /// Nil until it can be known.
    var secondsLeft: Double? {
        guard let total, countPerSecond > 0 else { return nil }
        return Double(total - finished) / countPerSecond
    }

    var startLine: String { (total.map { unit.text($0) } ?? unit.plural) + (engine.map { " on \($0)" } ?? "") }

    package var line: String {
        let rate = String(format: "%.1f", countPerSecond)
        let left = secondsLeft.map { ", \(Self.time($0)) left" } ?? ""
        return "\(finished)\(total.map { "/\($0)" } ?? "") \(unit.plural), \(rate) \(unit.plural)/s\(left)"
    }

    package var bar: String {
        guard let total, total > 0 else { return line }
        let filled = Self.barWidth * finished / total
        let blocks = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barWidth - filled)
        return "\(blocks) \(line)"
    }

    package func json(for event: ProgressEvent) -> String {
        var message: ProgressMessage
        switch event {
        case .started: message = ProgressMessage(event: "started", total: total, engine: engine)
        case .warning(let text): message = ProgressMessage(event: "warning", message: text)
        case .finished:
            message = ProgressMessage(
                event: unit.rawValue, finished: finished, total: total, countPerSecond: countPerSecond,
                secondsLeft: secondsLeft)
        }
        message.unit = unit
        return message.line
    }

    static func json<Summary: WorkSummary>(for summary: Summary) -> String {
        let seconds = summary.durationInSeconds
        return ProgressMessage(
            unit: Summary.unit, event: "finished", total: summary.count,
            countPerSecond: seconds > 0 ? Double(summary.count) / seconds : nil, engine: summary.engine,
            seconds: seconds, busySeconds: summary.busySeconds.isEmpty ? nil : summary.busySeconds,
            peakMemoryInBytes: PeakMemory.inBytes
        ).line
    }

    static func json(forError text: String) -> String { ProgressMessage(event: "error", message: text).line }

    static func json(forWarning text: String) -> String { ProgressMessage(event: "warning", message: text).line }

    /// Such as `1:05:09`.
    static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
            : String(format: "%d:%02d", minutes, whole % 60)
    }
}

/// One line of `--progress json`.
private struct ProgressMessage: Encodable {
    /// Gives its name to the numbers: `frame` counts finished frames, `frames` all of them.
    var unit = ProgressUnit.frame
    var event: String
    var finished: Int?
    var total: Int?
    var countPerSecond: Double?
    var secondsLeft: Double?
    var engine: String?
    var message: String?
    /// From the request to the completed output.
    var seconds: Double?
    /// Of each stage; stages overlap.
    var busySeconds: [String: Double]?
    var peakMemoryInBytes: Int?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(event, forKey: Key("event"))
        try container.encodeIfPresent(finished, forKey: Key(unit.rawValue))
        try container.encodeIfPresent(total, forKey: Key(unit.plural))
        try container.encodeIfPresent(countPerSecond, forKey: Key("\(unit.plural)_per_second"))
        try container.encodeIfPresent(secondsLeft, forKey: Key("seconds_left"))
        try container.encodeIfPresent(engine, forKey: Key("engine"))
        try container.encodeIfPresent(message, forKey: Key("message"))
        try container.encodeIfPresent(seconds, forKey: Key("seconds"))
        try container.encodeIfPresent(busySeconds, forKey: Key("busy_seconds"))
        try container.encodeIfPresent(peakMemoryInBytes, forKey: Key("peak_memory_bytes"))
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
