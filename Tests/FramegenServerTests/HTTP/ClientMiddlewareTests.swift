import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import FramegenServer

@Suite("Who may use the server", .timeLimit(.minutes(2)))
struct ClientMiddlewareTests {
    private static let tokens = ["one": "secret one", "two": "secret/two"]

    @Test(
        "with tokens, all below /v1 and the figures need one",
        arguments: [
            "/v1/jobs", "/v1/sessions", "/v1/avatars", "/v1/nothing", "/v1", "//v1/jobs", "/v1//jobs", "/metrics",
        ])
    func closed(path: String) async throws {
        let bench = try await ServerBench(tokens: Self.tokens)
        try await bench.withClient { client in
            for value in [
                nil, "", "Bearer", "Bearer other", "Basic secret one", "secret one", "Bearer secret", "Bearer  ",
            ] {
                let response = try await client.execute(
                    uri: path, method: .get, headers: value.map { [.authorization: $0] } ?? [:])
                #expect(response.status == .unauthorized, "\(value ?? "none")")
                #expect(response.headers[.wwwAuthenticate] == "Bearer")
                #expect(try SeenProblem(response).type == "/problems/unauthorized")
            }
        }
    }

    @Test(
        "the page, what it loads and the probes need no token",
        arguments: ["/", "/style.css", "/healthz", "/openapi.json"])
    func open(path: String) async throws {
        try await ServerBench(tokens: Self.tokens).withClient { client in
            let response = try await client.execute(uri: path, method: .get)
            #expect(response.status == .ok)
        }
    }

    @Test("each token lets in, whatever case the scheme is in; in a query too, but for GET alone")
    func known() async throws {
        try await ServerBench(tokens: Self.tokens).withClient { client in
            for value in ["Bearer secret one", "bearer secret/two"] {
                let response = try await client.execute(uri: "/v1/jobs", method: .get, headers: [.authorization: value])
                #expect(response.status == .ok)
            }
            for query in ["secret%20one", "secret%2Ftwo", "secret/two"] {
                let uri = "/v1/jobs?access_token=\(query)"
                #expect(try await client.execute(uri: uri, method: .get).status == .ok, "\(query)")
                #expect(try await client.execute(uri: uri, method: .post).status == .unauthorized, "\(query)")
            }
            let wrong = try await client.execute(
                uri: "/v1/jobs?access_token=secret/two", method: .get, headers: [.authorization: "Bearer other"])
            #expect(wrong.status == .unauthorized)
            #expect(try await client.execute(uri: "/v1/jobs?access_token=", method: .get).status == .unauthorized)
        }
    }

    @Test(
        "without tokens, who calls the server by a name of this machine is let in",
        arguments: ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8080"])
    func ownHosts(host: String) async throws {
        try await withClient(calling: host) { client in
            let response = try await client.execute(uri: "/path", method: .get)
            #expect(response.status == .ok)
        }
    }

    @Test(
        "and nobody else, as a page of any host could have its name resolved to this machine",
        arguments: [
            "example.com", "localhost.example.com", "127.0.0.1.example.com:80", "[::2]", "[::1", "[::1].example.com",
            "192.168.1.1", ":80", "", nil,
        ])
    func otherHosts(host: String?) async throws {
        try await withClient(calling: host) { client in
            for path in ["/path", "/nothing"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .forbidden, "\(path)")
                #expect(try SeenProblem(response).type == "/problems/forbidden")
            }
        }
    }

    private func withClient(
        calling host: String?, _ work: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: NamingHost(name: host))
        router.add(middleware: ClientMiddleware(tokens: []))
        router.get("path") { _, _ in "" }
        try await Application(router: router).test(.router) { client in try await work(client) }
    }
}

/// Calls the server by another name than the test's client does.
private struct NamingHost: RouterMiddleware {
    let name: String?

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        var head = request.head
        head.authority = name
        return try await next(Request(head: head, body: request.body), context)
    }
}
