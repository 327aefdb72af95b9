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
        version: "\(Framegen.version) (commit \(String(cString: framegen_build_commit())))")

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration, a YAML file; without it all values are the usual ones.", valueName: "file"))
    var configurationPath: String?

    @Option(help: ArgumentHelp("Listen here instead of where the configuration says.", valueName: "name"))
    var host: String?

    @Option(help: ArgumentHelp("Listen at this port instead of the configuration's; 0 takes a free one.", valueName: "number"))
    var port: Int?

    @Option(help: "The least important messages that are logged: trace, debug, info, notice, warning or error.")
    var logLevel: Logger.Level = .notice

    func run() async throws {
        framegen_allocator_stay_level()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "framegen-server")
        logger.logLevel = logLevel
        do {
            var configuration =
                if let configurationPath { try ServerConfiguration(path: configurationPath) } else { ServerConfiguration() }
            if let host { configuration.host = host }
            if let port { configuration.port = port }
            let (shownHost, scheme) = (configuration.host, configuration.usesTLS ? "https" : "http")
            let server = try await Server(configuration, logger: logger)
            try await server.run { port in
                print("framegen-server listens at \(scheme)://\(shownHost.contains(":") ? "[\(shownHost)]" : shownHost):\(port)/")
                fflush(stdout)
            }
        } catch let error as FramegenError {
            FileHandle.standardError.write(Data("framegen-server: \(error.message)\n".utf8))
            throw ExitCode(error.code == .invalidRequest ? 64 : error.code == .invalidData ? 65 : error.code == .notFound ? 66 : 73)
        } catch let error as any Error & CustomStringConvertible {
            FileHandle.standardError.write(Data("framegen-server: it cannot serve: \(error)\n".utf8))
            throw ExitCode(69)
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
