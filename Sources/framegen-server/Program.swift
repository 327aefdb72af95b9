import ArgumentParser
import CAllocator
import CBuildCommit
import Foundation
import FrameGeneration
import FramegenServer
import Logging

@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "framegen-server", abstract: "Serves avatars that talk, live and to files.",
        version: version)

    private static var version: String {
        let commit = String(cString: framegen_build_commit())
        return "framegen-server \(framegenVersion)" + (commit.isEmpty ? "" : ", commit \(commit)")
    }

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration, a YAML file; without it all values are the usual ones.", valueName: "file"))
    var configurationPath: String?

    @Option(help: ArgumentHelp("Listen here instead of where the configuration says.", valueName: "name"))
    var host: String?

    @Option(
        help: ArgumentHelp(
            "Listen at this port instead of the configuration's; 0 takes a free one.", valueName: "number"))
    var port: Int?

    @Option(help: "The least important messages that are logged to standard error.")
    var logLevel = LogLevel.notice

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error
    }

    func run() async throws {
        framegen_allocator_stay_level()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "framegen-server")
        logger.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .notice
        var address = ""
        do {
            let configuration = try changedConfiguration()
            let server = try await Server(configuration, logger: logger)
            let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
            let scheme = configuration.usesTLS ? "https" : "http"
            address = "\(host):\(configuration.port)"
            try await server.run { port in
                FileHandle.standardOutput.write(Data("framegen-server listens at \(scheme)://\(host):\(port)/\n".utf8))
            }
        } catch let error as FramegenError {
            Self.say(error.message)
            throw ExitCode(error.code.exitCode)
        } catch {
            Self.say("it cannot serve at \(address): \(error)")
            throw ExitCode(EX_UNAVAILABLE)
        }
    }

    private func changedConfiguration() throws(FramegenError) -> ServerConfiguration {
        var configuration =
            if let configurationPath { try ServerConfiguration(path: configurationPath) } else { ServerConfiguration() }
        if let host { configuration.host = host }
        if let port { configuration.port = port }
        return configuration
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data("framegen-server: \(text.onOneLine)\n".utf8))
    }
}
