import Foundation
import FrameGeneration
import Hummingbird
import HummingbirdTesting
import Logging
import Media
import TestSupport

@testable import FramegenServer

/// A server in a folder of its own, with the folder of one avatar that has nothing in it.
struct ServerBench {
    let folder: TemporaryFolder
    let server: Server

    /// - Parameters:
    ///   - tokens: by name.
    ///   - change: of the configuration.
    /// - Throws: when the folder cannot be used.
    init(
        tokens: [String: String] = [:], configuration change: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("avatars/demo"), withIntermediateDirectories: true)
        var configuration = ServerConfiguration()
        configuration.avatarsPath = folder.file("avatars")
        configuration.dataPath = folder.file("data")
        configuration.tokens = try tokens.map { name, token in
            ConfiguredToken(name: name, sha256: try SHA256.hexadecimal(of: Array(token.utf8)))
        }
        change(&configuration)
        server = try await Server(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Sends requests to the router, or over loopback where `isLive`.
    func withClient(
        isLive: Bool = false, _ work: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let application = Application(
            router: try server.router(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        if isLive {
            try await application.test(.live) { client in try await work(client) }
        } else {
            try await application.test(.router) { client in try await work(client) }
        }
    }
}

/// What a client sees of a problem.
struct SeenProblem: Decodable {
    let type: String
    let title: String
    let status: Int
    let detail: String

    init(_ response: TestResponse) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(response.body.readableBytesView))
    }
}
