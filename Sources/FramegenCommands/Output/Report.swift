import ArgumentParser
import Foundation
import FrameGeneration
import Framegen

/// What a command has found out: printed as text, or as one JSON object for programs.
protocol Report: Encodable {
    /// Lines and tables for people, without a line break at the end.
    var text: String { get }
}

/// How commands that report print.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON.")
    var json = false

    /// Writes `report` to standard output, in the form asked for.
    func print(_ report: some Report) throws(FramegenError) {
        guard json else { return try StandardOutput.write(report.text + "\n") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // JSON has no infinity, as the PSNR of equal pictures is.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let data: Data
        do {
            data = try encoder.encode(report)
        } catch {
            throw FramegenError(.internalFailure, "the result cannot be written as JSON", cause: error)
        }
        try StandardOutput.write(String(decoding: data, as: UTF8.self) + "\n")
    }
}

/// Runs a command's work so that Ctrl-C cancels it, and an error becomes one line on standard error and the exit code
/// that fits.
func runReportingErrors<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(FramegenError) -> Value
) async throws -> Value {
    do throws(FramegenError) {
        return try await interruptible(work)
    } catch {
        StandardError.write("error: \(error.code == .cancelled ? "interrupted" : error.line)\n")
        throw ExitCode(error.code.exitCode)
    }
}
