import ArgumentParser
import Framegen
import FramegenTools

/// `framegen doctor`: what this machine offers, and what to do about what it does not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tells what this machine offers for rendering, and what to do about what is missing.",
        discussion: """
            Exit codes: 0 when a video with sound can be rendered at full speed, 69 when something for that is missing. \
            Advice on what could be better does not change the exit code.
            """)

    @OptionGroup(title: "Output")
    var output: ReportOptions

    func run() async throws {
        let diagnosis = try await runReportingErrors { () async throws(FramegenError) in try await Diagnosis() }
        try output.print(diagnosis)
        // EX_UNAVAILABLE of sysexits.h.
        if !diagnosis.isReady { throw ExitCode(69) }
    }
}
