package import Hummingbird

/// The routes at which a session's stream is watched.
package struct StreamRoutes: RouteGroup {
    private let stream:
        @Sendable (_ sessionID: String, _ context: ServerRequestContext) async throws(Problem) -> StreamBroadcast

    /// - Parameter stream: gives a session's stream, or says why the client cannot have it.
    package init(
        stream:
            @escaping @Sendable (_ sessionID: String, _ context: ServerRequestContext) async throws(Problem) ->
            StreamBroadcast
    ) {
        self.stream = stream
    }

    package func add(to router: RouterGroup<ServerRequestContext>) {
        router.get("sessions/:session/video") { request, context in
            let id = try context.parameters.require("session")
            return try await stream(id, context).videoResponse(to: request)
        }
        router.get("sessions/:session/hls/:file") { request, context in
            let (id, file) = (try context.parameters.require("session"), try context.parameters.require("file"))
            return try await stream(id, context).hlsResponse(to: request, file: file)
        }
    }
}
