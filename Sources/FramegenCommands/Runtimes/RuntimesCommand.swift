import ArgumentParser

/// `framegen runtimes`: what runs the networks, installed and listed.
struct RuntimesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runtimes",
        abstract: "Installs the libraries that run the networks, OpenVINO and ONNX Runtime, and tells where they are.",
        subcommands: [RuntimesInstallCommand.self, RuntimesListCommand.self])
}
