import ArgumentParser
import Foundation
import FramegenCommands
import TestSupport
import Testing

@Suite("Help")
struct HelpTests {
    private static let commands = names(of: FramegenCommand.self, below: "")

    private static func names(of command: any ParsableCommand.Type, below path: String) -> [String] {
        let name = path + (command.configuration.commandName ?? "")
        return [name] + command.configuration.subcommands.flatMap { names(of: $0, below: "\(name) ") }
    }

    /// `RECORD_HELP=1` in the environment writes the files anew instead of comparing; read the difference before
    /// committing it.
    @Test("of every command is as it was read and approved", arguments: commands)
    func approved(command: String) async throws {
        let arguments = command.split(separator: " ").dropFirst().map(String.init) + ["--help"]
        let result = try await CommandProcess.run(arguments, environment: ["COLUMNS": "100"])
        #expect(result.exitCode == 0)
        #expect(result.errors.isEmpty)
        let name = arguments.count == 1 ? command : arguments.dropLast().joined(separator: "-")
        let file = Fixtures.packageFolder.appending(path: "Tests/FramegenCommandsTests/Help/\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_HELP"] != nil {
            try Data(result.output.utf8).write(to: file)
        }
        #expect(try result.output == String(contentsOf: file, encoding: .utf8))
    }
}
