import CoreMetrics
import Foundation
public import FrameGeneration
import Framegen
package import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
public import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import UnixSignals

/// The server: avatars, sessions and jobs behind HTTP.
public struct Server: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let catalogue: AvatarCatalogue
    private let sessions: SessionStore
    private let preparation: AvatarPreparation
    private let preload: AvatarPreload
    private let jobs: JobStore
    private let metrics: PrometheusMetrics

    /// Opens the data folder and looks for avatars; does not listen yet.
    ///
    /// - Throws: `FramegenError` that names the setting, the file or the folder at fault.
    public init(_ configuration: ServerConfiguration, logger: Logger) async throws(FramegenError) {
        try configuration.check()
        self.configuration = configuration
        self.logger = logger
        metrics = PrometheusMetrics()
        var settings = AvatarSettings()
        settings.precision = configuration.precision
        settings.template.cacheInBytes = configuration.templateCacheInBytes
        settings.engine.threads = configuration.threads
        catalogue = AvatarCatalogue(
            rootPath: configuration.avatarsPath, settings: settings,
            memoryInBytes: configuration.avatarMemoryInBytes,
            threads: ThreadBudget(threadCount: configuration.threads), logger: logger)
        guard FileManager.default.fileExists(atPath: configuration.avatarsPath) else {
            throw FramegenError(
                .notFound, "\(configuration.avatarsPath) is not there, expected a folder with a folder for each avatar")
        }
        let names = await catalogue.names()
        guard !names.isEmpty else {
            throw FramegenError(
                .notFound, "\(configuration.avatarsPath) has no avatars, expected a folder with a folder for each")
        }
        for name in configuration.preloadedAvatars where !names.contains(name) {
            throw FramegenError(
                .invalidRequest,
                "preload names \(name), which is no avatar in \(configuration.avatarsPath), expected some of "
                    + names.joined(separator: ", "))
        }
        for name in configuration.preloadedAvatars { try await catalogue.checkFolder(name) }
        // Logs what is wrong with any of them, before somebody asks.
        _ = await catalogue.descriptions()
        var jobLimits = configuration.jobs
        for token in configuration.tokens { jobLimits.waitingJobsOfClients[token.name] = token.limits.waitingJobs }
        jobs = try await JobStore(
            path: configuration.dataPath, limits: jobLimits, checkSound: SoundChecks.standard, logger: logger)
        sessions = SessionStore(limits: configuration.sessions, avatars: catalogue, logger: logger)
        preparation = AvatarPreparation(catalogue: catalogue, sessions: sessions)
        preload = AvatarPreload(configuration.preloadedAvatars, preparation, logger: logger)
    }

    /// Groups of routes below `/v1`.
    package var routes: [any RouteGroup] {
        [
            AvatarRoutes(catalogue: catalogue, preparation: preparation),
            SessionRoutes(
                store: sessions, spoolPath: jobs.folder.speechPath,
                soundLimitInBytes: configuration.limits.soundInBytes),
            StreamRoutes { [sessions] id, context throws(Problem) in
                try await sessions.session(id, of: context.client).broadcast
            },
            UploadRoutes(store: jobs), JobRoutes(store: jobs, avatars: catalogue),
        ]
    }

    /// All routes.
    ///
    /// - Throws: when the page cannot be read.
    package func router() throws -> Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: SecurityHeaders())
        if !configuration.corsOrigins.isEmpty {
            router.add(middleware: AllowedOrigins(configuration.corsOrigins))
        }
        router.add(middleware: RequestLog())
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: ClientMiddleware(tokens: configuration.tokens))
        router.add(middleware: RequestRate(requestsPerMinute: configuration.limits.requestsPerMinute))
        let group = router.group("v1")
        for routes in routes { routes.add(to: group) }
        router.get("healthz") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        }
        router.get("readyz") { _, _ in
            guard preload.isDone else {
                throw Problem(
                    .notReady, "avatars are still being loaded, or one cannot be, which the log says",
                    retryAfterInSeconds: 5)
            }
            guard await !catalogue.names().isEmpty, FileManager.default.isWritableFile(atPath: configuration.dataPath)
            else {
                throw Problem(.notReady, "the avatars or the data folder cannot be used", retryAfterInSeconds: 10)
            }
            return Response(
                status: .ok, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ready\n")))
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
        }
        let document = ByteBuffer(bytes: try Data(contentsOf: Self.resources.appending(path: "openapi.json")))
        router.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: document))
        }
        try PageFiles(folder: Self.pageFolder).add(to: router)
        // Comes to requests that no route takes: those of a route get what was added before it.
        router.add(middleware: AllowedMethods(router.routes.map { ($0.path, $0.method) }))
        return router
    }

    private static let resources = Bundle.module.bundleURL
    /// The page's files.
    static let pageFolder = resources.appending(path: "Page")

    /// Serves until the process is told to stop: then sessions send their last fragment, and running jobs are left for the
    /// next start.
    ///
    /// - Parameter listens: is told the port.
    /// - Throws: what keeps the server from listening.
    public func run(listens: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws {
        MetricsSystem.bootstrap(metrics)
        let limits = configuration.limits
        let stalled = TimeAmount.milliseconds(Int64(limits.stalledRequestInSeconds * 1000))
        let builder: HTTPServerBuilder
        if let tls = configuration.tls {
            var settings = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.key, format: .pem)))
            settings.minimumTLSVersion = .tlsv12
            builder = try .http2Upgrade(
                tlsConfiguration: settings,
                configuration: .init(
                    idleTimeout: .seconds(limits.stalledRequestInSeconds),
                    streamConfiguration: .init(idleTimeout: stalled)))
        } else {
            builder = .http1(configuration: .init(idleTimeout: stalled))
        }
        let router = try router()
        let application = Application(
            router: router, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "framegen",
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { channel in listens(channel.localAddress?.port ?? 0) }, logger: logger)
        let runner = AvatarJobRunner(avatars: catalogue)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: JobQueue(store: jobs) { try await runner.run($0, $1) }),
                    .init(service: JobRetention(store: jobs)), .init(service: application),
                    .init(service: preload, successTerminationBehavior: .ignore),
                    // Stopped first, as the last one started.
                    .init(service: SessionService(store: sessions, catalogue: catalogue)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw FramegenError(
                .invalidRequest,
                "another program listens at \(configuration.host):\(configuration.port), expected a free port",
                cause: error)
        }
    }
}

/// Ends the sessions when the server stops.
private struct SessionService: Service {
    let store: SessionStore
    let catalogue: AvatarCatalogue

    func run() async throws {
        try? await gracefulShutdown()
        await store.close()
        await catalogue.close()
    }
}
