package import HTTPTypes
package import Hummingbird

/// Tells who asks for a path that there is, with a method that it does not have, which ones it has.
///
/// To be added to a router after all routes, so that it comes to what none of them takes.
package struct AllowedMethods: RouterMiddleware {
    private let routes: [(path: RouterPath, method: HTTPRequest.Method)]

    package init(_ routes: [(path: RouterPath, method: HTTPRequest.Method)]) { self.routes = routes }

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let parts = request.uri.path.split(separator: "/")
        let methods = routes.filter { route in
            route.path.count == parts.count && zip(route.path, parts).allSatisfy { $0 ~= $1 }
        }.map(\.method)
        guard methods.isEmpty else {
            throw Problem(
                .methodNotAllowed,
                "\(request.method.rawValue.prefix(32)) is no method of this resource, expected "
                    + methods.map(\.rawValue).sorted().joined(separator: " or "),
                allowedMethods: methods)
        }
        return try await next(request, context)
    }
}
