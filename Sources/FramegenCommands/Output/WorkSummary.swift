import ArgumentParser
import Foundation
import FrameGeneration
import Framegen
import FramegenTools
import Media

/// What is known of finished work whatever it made: how much, how fast, and how the time splits.
protocol WorkSummary: Sendable {
    static var unit: ProgressUnit { get }
    var count: Int { get }
    /// Nil where no engine takes part.
    var engine: String? { get }
    var durationInSeconds: Double { get }
    /// Of each stage, by its name; stages overlap.
    var busySeconds: [String: Double] { get }
}

extension WorkSummary {
    /// Such as `348 frames in 9.6 s, 36.3 frames a second end to end on openvino`.
    var speed: String {
        let rate = String(format: "%.1f", Double(count) / durationInSeconds)
        return "\(Self.unit.text(count)) in \(durationInSeconds.text(digits: 1)) s, "
            + "\(rate) \(Self.unit.plural) a second" + (engine.map { " end to end on \($0)" } ?? "")
    }

    /// Such as `audio 0.5 s, network 9.1 s`; stages that had nothing to do are left out.
    var split: String {
        Stage.allCases.compactMap { stage -> String? in
            guard let seconds = busySeconds[stage.rawValue], seconds > 0 else { return nil }
            return "\(stage.rawValue) \(seconds.text(digits: 1)) s"
        }.joined(separator: ", ")
    }
}

extension GenerationSummary: WorkSummary {
    static var unit: ProgressUnit { .frame }
    var count: Int { frameCount }
    var engine: String? { engineName }
    var busySeconds: [String: Double] { take.busySeconds }
}

extension FeatureExtractionSummary: WorkSummary {
    static var unit: ProgressUnit { .row }
    var count: Int { rowCount }
    var engine: String? { engineName }
    var durationInSeconds: Double { duration / .seconds(1) }
    var busySeconds: [String: Double] {
        Dictionary(uniqueKeysWithValues: stageTimes.map { ($0.key.rawValue, $0.value / .seconds(1)) })
    }
}

extension TemplateConversionSummary: WorkSummary {
    static var unit: ProgressUnit { .image }
    var count: Int { imageCount + parsingCount }
    var engine: String? { nil }
    var durationInSeconds: Double { duration / .seconds(1) }
    var busySeconds: [String: Double] { [:] }
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
