import HTTPTypes
package import Hummingbird

/// Tells browsers to run and show nothing but the server's own page.
package struct SecurityHeaders: RouterMiddleware {
    private static let policy =
        "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; worker-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    private let headers: [(HTTPField.Name, String)]

    package init() {
        headers = [
            ("Content-Security-Policy", Self.policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Permissions-Policy", "microphone=(self), camera=()"),
        ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
    }

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in headers { response.headers[name] = value }
        return response
    }
}
