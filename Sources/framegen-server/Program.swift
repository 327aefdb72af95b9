import ArgumentParser
import CAllocator
import CBuildCommit
import FrameGeneration
import FramegenServer

@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "framegen-server", abstract: "Serves avatars that talk, live and to files.")

    @Option(
        help: ArgumentHelp(
            "The configuration, a YAML file; without it all values are the usual ones.", valueName: "file"))
    var config: String?

    func run() async throws {
        framegen_allocator_stay_level()
        try await Server(configuration: try ServerConfiguration(path: config)).run()
    }
}
