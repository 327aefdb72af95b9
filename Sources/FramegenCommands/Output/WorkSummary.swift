import ArgumentParser
import Foundation
import Framegen
import Media

/// What is known of finished work whatever it made: how much, how fast, and how the time splits.
protocol WorkSummary: Sendable {
    static var unit: ProgressUnit { get }
    var count: Int { get }
    var engineName: String { get }
    var duration: Duration { get }
    var stageTimes: [Stage: Duration] { get }
}

extension WorkSummary {
    /// Such as `348 frames in 9.6 s, 36.3 frames a second end to end on openvino`.
    var speed: String {
        let rate = String(format: "%.1f", Double(count) / (duration / .seconds(1)))
        return "\(Self.unit.text(count)) in \(duration.seconds(digits: 1)) s, "
            + "\(rate) \(Self.unit.plural) a second end to end on \(engineName)"
    }

    /// Such as `audio 0.5 s, network 9.1 s`; stages that had nothing to do are left out.
    var split: String {
        let names: [Stage: String] = [
            .audio: "audio", .compose: "template", .generate: "network", .composite: "composite", .encode: "encode",
        ]
        return Stage.allCases.compactMap { stage -> String? in
            guard let name = names[stage], let time = stageTimes[stage], time > .zero else { return nil }
            return "\(name) \(time.seconds(digits: 1)) s"
        }.joined(separator: ", ")
    }

    /// By the stages' names.
    var busySeconds: [String: Double] {
        Dictionary(uniqueKeysWithValues: stageTimes.map { ($0.key.rawValue, $0.value / .seconds(1)) })
    }
}

extension GenerationSummary: WorkSummary {
    static var unit: ProgressUnit { .frame }
    var count: Int { frameCount }
}

extension FeatureExtractionSummary: WorkSummary {
    static var unit: ProgressUnit { .row }
    var count: Int { rowCount }
}

/// Runs a command's work so that its progress and its errors are shown, Ctrl-C cancels it, and it ends with the exit
/// code that fits.
///
/// - Parameters:
///   - options: how progress is shown.
///   - work: is given what shows an event.
///   - print: writes the result to standard output.
/// - Throws: `ExitCode`, when everything has been said.
func runReportingProgress<Summary: WorkSummary>(
    _ options: ProgressOptions,
    _ work: @escaping @Sendable (ProgressReporter) async throws(FramegenError) -> Summary,
    print: (Summary) throws(FramegenError) -> Void
) async throws {
    let reporter = ProgressReporter(style: options.progress.resolved, unit: Summary.unit)
    MediaLog.setVerbose(options.verbose)
    do throws(FramegenError) {
        let summary = try await interruptible { () async throws(FramegenError) in try await work(reporter) }
        reporter.finish(summary)
        try print(summary)
    } catch {
        reporter.fail(error)
        throw ExitCode(error.code.exitCode)
    }
}
