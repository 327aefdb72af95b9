public import ArgumentParser
import CAllocator
import Foundation
import FrameGeneration
import Framegen
import FramegenTools

/// The `framegen` command.
public struct FramegenCommand: AsyncParsableCommand {
    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "framegen",
        abstract: "Turns speech into a talking face, one frame at a time.",
        discussion: """
            Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 compared but a \
            threshold is not met, or a job of a batch failed, 64 a wrong flag or value, 65 bad input data, 66 input not found, 69 no video can be \
            rendered at full speed (doctor), 70 a fault of framegen, 73 output cannot be written, 130 interrupted.
            """,
        version: framegenVersion,
        subcommands: [
            GenerateCommand.self, BatchCommand.self, JoinCommand.self, FeaturesCommand.self, ExportCommand.self,
            ValidateCommand.self, InspectCommand.self,
            TemplateCommand.self, RuntimesCommand.self, DoctorCommand.self, BenchCommand.self,
        ])

    /// A command without values, for the parser.
    public init() {}
}

extension FramegenCommand {
    /// Runs the command that the process's arguments say, and ends the process with the exit code that fits.
    ///
    /// - Parameter commit: what the program was built from; empty where that is not known.
    public static func runAndExit(commit: String) async -> Never {
        framegen_allocator_stay_level()
        // Somebody who stops listening to progress must not end the rendering.
        signal(SIGPIPE, SIG_IGN)
        do {
            try requireReadableArguments()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit()
        } catch let error as FramegenError {
            fail(error)
        } catch {
            if exitCode(for: error).isSuccess, message(for: error) == framegenVersion {
                await printVersionAndExit(commit)
            }
            // What ends with a code of its own has said why.
            guard !(error is ArgumentParser.ExitCode), exitCode(for: error) == .validationFailure else {
                exit(withError: error)
            }
            let text = fullMessage(for: error)
            let prefix = "Error: "
            var message = text.hasPrefix(prefix) ? "error: \(text.dropFirst(prefix.count))" : text
            let arguments = Array(CommandLine.arguments.dropFirst())
            if let command = unknownCommand(in: arguments) {
                message = "error: \(command)\n\(usage(in: message))"
            } else if let flag = GivenArguments(arguments, of: Self.self).flatMap(UnknownFlag.init) {
                let suggestion = flag.suggestion.map { "; did you mean \($0)?" } ?? ""
                message = "error: there is no flag \(flag.name)\(suggestion)\n\(usage(in: message))"
            }
            StandardError.write(
                message.split(separator: "\n").map { String($0).onOneLine }.joined(separator: "\n") + "\n")
            Foundation.exit(ExitCode.validationFailure.rawValue)
        }
    }

    /// The end of the parser's message, which says how the command is used.
    private static func usage(in message: String) -> String {
        message.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }.joined(separator: "\n")
    }

    /// What to say of a command that there is not.
    ///
    /// - Returns: nil where the first argument is one, or a flag.
    private static func unknownCommand(in arguments: [String]) -> String? {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let given = arguments.first, !given.hasPrefix("-"), given != "help", !names.contains(given) else {
            return nil
        }
        let near = names.min { $0.difference(from: given).count < $1.difference(from: given).count }
        let suggestion = near.flatMap { $0.difference(from: given).count <= 2 ? "; did you mean \($0)?" : nil }
        return "there is no command \(given)\(suggestion ?? "; the commands are \(names.joined(separator: ", "))")"
    }

    /// Says more than the parser, which can only print what is known without looking for runtimes.
    private static func printVersionAndExit(_ commit: String) async -> Never {
        do {
            let list = try await runReportingErrors { () async throws(FramegenError) in try await RuntimeList() }
            let runtimes = list.runtimes.map { runtime in
                "\(runtime.engine) \(runtime.version.map { "\($0), \(runtime.libraryPath ?? "")" } ?? "that works was not found")"
                    .onOneLine
            }
            let program = "framegen \(framegenVersion), \(commit.isEmpty ? "unknown commit" : "commit \(commit)")"
            try StandardOutput.write(([program] + runtimes).map { "\($0)\n" }.joined())
            exit()
        } catch let error as FramegenError {
            fail(error)
        } catch {
            exit(withError: error)
        }
    }

    /// Says what is wrong and ends with the exit code of such errors.
    private static func fail(_ error: FramegenError) -> Never {
        StandardError.write("error: \(error.line)\n")
        Foundation.exit(error.code.exitCode)
    }

    /// Swift would replace bytes that are no UTF-8, and another file would be read or written.
    private static func requireReadableArguments() throws {
        for index in 0..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else {
                continue
            }
            throw ValidationError("The argument \(String(cString: argument)) is not valid UTF-8")
        }
    }
}
