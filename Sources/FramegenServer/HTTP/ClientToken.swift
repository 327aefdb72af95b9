import HTTPTypes
package import Hummingbird
import Media

/// Lets only those in who hold a token, and where there are no tokens only those who call the server by a name of this
/// machine.
package struct ClientMiddleware: RouterMiddleware {
    private let tokens: [ConfiguredToken]
    /// Where no token is asked for.
    private static let open: Set<String> = ["/healthz", "/readyz", "/openapi.json"]

    package init(tokens: [ConfiguredToken]) { self.tokens = tokens }

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !tokens.isEmpty else {
            // Otherwise a page of any host could have its name resolved to this machine.
            guard Self.isLocal(request.head.authority ?? "") else {
                throw Problem(
                    .forbidden, "the host \(request.head.authority ?? "") is not this machine, expected localhost")
            }
            return try await next(request, context)
        }
        let path = request.uri.path
        // The page asks for the token itself.
        guard path.hasPrefix("/v1") || path == "/metrics" else { return try await next(request, context) }
        guard let given = Self.token(of: request) else {
            throw Problem(.unauthorized, "there is no token, expected Authorization: Bearer …")
        }
        guard let token = try holder(of: given) else {
            throw Problem(.unauthorized, "the token is not known")
        }
        var context = context
        context.client = ClientIdentity(name: token.name)
        return try await next(request, context)
    }

    private func holder(of given: String) throws -> ConfiguredToken? {
        let hash = try SHA256.hexadecimal(of: Array(given.utf8))
        var found: ConfiguredToken?
        // All are compared, so that the time says nothing.
        for token in tokens where Self.isEqual(token.sha256, hash) { found = token }
        return found
    }

    private static func isEqual(_ first: String, _ second: String) -> Bool {
        guard first.utf8.count == second.utf8.count else { return false }
        return zip(first.utf8, second.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func token(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
        }
        // Browsers give no headers to videos and events.
        guard request.method == .get else { return nil }
        return request.uri.queryParameters["access_token"].map(String.init)
    }

    private static func isLocal(_ authority: String) -> Bool {
        let host =
            authority.hasPrefix("[")
            ? String(authority.prefix { $0 != "]" }.dropFirst()) : String(authority.prefix { $0 != ":" })
        return ServerConfiguration.loopback.contains(host.lowercased())
    }
}
