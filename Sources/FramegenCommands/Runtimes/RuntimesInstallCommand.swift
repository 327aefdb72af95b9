import ArgumentParser
import FrameGeneration
import Framegen
import FramegenTools

/// `framegen runtimes install`: puts the runtimes where every program finds them.
struct RuntimesInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Installs OpenVINO and ONNX Runtime where every program that uses framegen finds them.",
        discussion: """
            They come through pip, whose own settings decide from where, and are checked against the checksums that framegen \
            knows. Python and pip are needed for this alone. What is there already is left alone.

            Runtimes are looked for in the folders that FRAMEGEN_OPENVINO and FRAMEGEN_ONNXRUNTIME name; in \
            lib/framegen/runtimes and .runtimes of the folders above the program; in the user's folder for data; in \
            /usr/local/lib/framegen/runtimes and /usr/lib/framegen/runtimes; and in the system's library folders.

            For a machine without a network, let framegen runtimes list say how to download the wheels, bring them there, \
            and give them to --from.
            """)

    @Flag(help: "Install for everybody, into /usr/local/lib/framegen/runtimes, instead of for this user.")
    var system = false

    @Option(help: ArgumentHelp("Install into this folder instead.", valueName: "dir"))
    var folder: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Take these wheels, or those in these folders, instead of downloading them.", valueName: "path"))
    var from: [String] = []

    @OptionGroup(title: "Output")
    var output: ReportOptions

    func validate() throws {
        if system, folder != nil { throw ValidationError("--system and --folder exclude each other") }
        if folder == "" { throw ValidationError("--folder is empty, expected a folder") }
    }

    func run() async throws {
        var installation = RuntimeInstallation()
        if system { installation.place = .system }
        if let folder { installation.place = .folder(path: folder) }
        installation.wheelPaths = from
        let installed = try await runReportingErrors { [installation] () async throws(FramegenError) in
            try await installation.run { event in
                switch event {
                case .downloading(let name, let version, let megabytes):
                    StandardError.write("downloading \(name) \(version) (up to \(megabytes) MB)\n")
                }
            }
        }
        try output.print(InstalledRuntimes(runtimes: installed))
    }
}

private struct InstalledRuntimes: Report {
    let runtimes: [InstalledRuntime]

    var text: String {
        var table = TextTable()
        for runtime in runtimes {
            table.add([
                "\(runtime.name) \(runtime.version)", runtime.wasThere ? "was there" : "installed",
                runtime.path.onOneLine,
            ])
        }
        return table.text
    }
}
