import HTTPTypes
package import Hummingbird
import Media

/// Lets only those in who hold a token, and where there are no tokens only those who call the server by a name of this
/// machine.
package struct ClientMiddleware: RouterMiddleware {
    private let tokens: [ConfiguredToken]
    /// First parts of paths for which a token is asked for; the page asks for the token itself.
    private static let closed: Set<Substring> = ["v1", "metrics"]

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
        // Split as the router does, which takes //v1 for /v1.
        guard let first = request.uri.path.split(separator: "/").first, Self.closed.contains(first) else {
            return try await next(request, context)
        }
        guard let given = Self.token(of: request) else {
            throw Problem(.unauthorized, "there is no token, expected Authorization: Bearer …")
        }
        guard let token = try holder(of: given) else {
            throw Problem(.unauthorized, "the token is not known")
        }
        context.client = ClientIdentity(name: token.name, limits: token.limits)
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
        let names = ServerConfiguration.loopback.map { $0.contains(":") ? "[\($0)]" : $0 }
        return names.contains { name in
            let rest = authority.dropFirst(name.count)
            return authority.prefix(name.count).lowercased() == name && (rest.isEmpty || rest.hasPrefix(":"))
        }
    }
}
