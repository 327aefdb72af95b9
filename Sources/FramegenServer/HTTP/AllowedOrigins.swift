import HTTPTypes
package import Hummingbird

/// Lets pages of some other origins use the server.
package struct AllowedOrigins: RouterMiddleware {
    private let origins: Set<String>
    private let cors: CORSMiddleware<ServerRequestContext>

    /// - Parameter origins: each as a browser sends it, such as `https://studio.example`.
    package init(_ origins: [String]) {
        self.origins = Set(origins)
        let headers = ["Idempotency-Key", "Last-Event-ID"].compactMap { HTTPField.Name($0) }
        cors = CORSMiddleware(
            allowOrigin: .originBased, allowHeaders: [.authorization, .contentType, .range] + headers,
            allowMethods: [.get, .post, .delete, .head])
    }

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin) else {
            return try await next(request, context)
        }
        return try await cors.handle(request, context: context, next: next)
    }
}
