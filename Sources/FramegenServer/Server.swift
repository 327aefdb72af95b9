import Hummingbird
import Logging

/// The server: avatars, sessions and jobs behind HTTP.
public struct Server: Sendable {
    private let configuration: ServerConfiguration

    /// A server that does not listen yet.
    public init(configuration: ServerConfiguration) {
        self.configuration = configuration
    }

    /// Serves until the process is told to stop.
    public func run() async throws {
        let router = Router(context: ServerRequestContext.self)
        router.get("healthz") { _, _ in HTTPResponse.Status.ok }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)),
            logger: Logger(label: "framegen-server"))
        try await application.runService()
    }
}
