import ArgumentParser
import FrameGeneration
import Framegen
import FramegenTools

/// `framegen runtimes list`: what there is, and where.
struct RuntimesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Tells which runtimes are found, where, and how to download those that framegen installs.")

    @OptionGroup(title: "Output")
    var output: ReportOptions

    func run() async throws {
        try output.print(try await runReportingErrors { () async throws(FramegenError) in try await RuntimeList() })
    }
}

extension RuntimeList: Report {
    var text: String {
        var table = TextTable(columns: ["runtime", "installed by framegen", "found", "where"])
        for runtime in runtimes {
            table.add([
                runtime.engine, runtime.installedRelease, runtime.version ?? "no", runtime.libraryPath?.onOneLine ?? "",
            ])
        }
        let faults = runtimes.compactMap(\.fault?.onOneLine)
        let commands = runtimes.compactMap(\.downloadCommand)
        let offline =
            commands.isEmpty
            ? []
            : [
                (["For a machine like this one that has no network:"] + commands
                    + ["framegen runtimes install --from wheels"]).joined(separator: "\n  ")
            ]
        return ([table.text] + faults + offline).joined(separator: "\n\n")
    }
}
