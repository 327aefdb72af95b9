import FrameGeneration
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import FramegenServer

@Suite("Errors as clients see them", .timeLimit(.minutes(2)))
struct ProblemMiddlewareTests {
    @Test(
        "there is no such path",
        arguments: ["/nothing", "/v1", "/v1/jobs/a/b/c", "/v1/avatars/../../etc", "/style.css/"])
    func noPath(path: String) async throws {
        try await ServerBench().withClient { client in
            let response = try await client.execute(uri: path, method: .get)
            #expect(response.status == (path.hasPrefix("/style.css") ? .ok : .notFound))
            guard response.status == .notFound else { return }
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try SeenProblem(response).type == "/problems/not-found")
        }
    }

    @Test(
        "a path has other methods, which are named",
        arguments: [
            ("/v1/jobs", HTTPRequest.Method.delete, "GET, POST"), ("/v1/jobs", .put, "GET, POST"),
            ("/v1/jobs/a", .post, "DELETE, GET"), ("/v1/jobs/a/video", .post, "GET, HEAD"),
            ("/v1/sessions/a/speech", .get, "POST"), ("//v1//sessions/a/hls/b", .post, "GET"), ("/", .post, "GET"),
            ("/v1/avatars/demo/load", .get, "DELETE, POST"),
        ])
    func otherMethod(path: String, method: HTTPRequest.Method, allowed: String) async throws {
        try await ServerBench().withClient { client in
            let response = try await client.execute(uri: path, method: method)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == allowed)
            let problem = try SeenProblem(response)
            #expect(problem.type == "/problems/method-not-allowed")
            #expect(problem.status == 405)
        }
    }

    @Test("what a route throws is a problem that says nothing of the server's files")
    func thrown() async throws {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.get("fault") { _, _ -> Response in throw FramegenError(.notFound, "/home/secret is not there") }
        router.get("stop") { _, _ -> Response in throw FramegenError(.cancelled, "cancelled") }
        router.get("large") { _, _ -> Response in throw HTTPError(.contentTooLarge, message: "/home/secret") }
        router.get("odd") { _, _ -> Response in throw HTTPError(.init(code: 418), message: "/home/secret") }
        try await Application(router: router).test(.router) { client in
            let expected = [
                ("fault", 500, "internal-failure"), ("stop", 503, "shutting-down"), ("large", 413, "too-large"),
                ("odd", 400, "invalid-request"),
            ]
            for (path, status, kind) in expected {
                let response = try await client.execute(uri: "/\(path)", method: .get)
                #expect(response.status.code == status)
                #expect(response.headers[.contentType] == "application/problem+json")
                let problem = try SeenProblem(response)
                #expect(problem.type == "/problems/\(kind)")
                #expect(problem.status == status)
                #expect(!problem.detail.contains("/home"))
            }
        }
    }

    @Test("a client that asks too often is told when to come again, and others are not held up")
    func rate() async throws {
        let start = ContinuousClock.now
        let elapsed = Elapsed()
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: NamingClient())
        router.add(middleware: RequestRate(requestsPerMinute: 2) { start + elapsed.value })
        router.get("path") { _, _ in "" }
        try await Application(router: router).test(.router) { client in
            func status(_ name: String) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/path", method: .get, headers: [.from: name]).status
            }
            #expect(
                try await [status("a"), status("a"), status("a"), status("b")] == [.ok, .ok, .tooManyRequests, .ok])
            let refused = try await client.execute(uri: "/path", method: .get, headers: [.from: "a"])
            #expect(refused.headers[.retryAfter] == "30")
            #expect(try SeenProblem(refused).type == "/problems/too-many-requests")
            elapsed.value = .seconds(29)
            #expect(try await status("a") == .tooManyRequests)
            elapsed.value = .seconds(31)
            #expect(try await [status("a"), status("a")] == [.ok, .tooManyRequests])
            // Whoever has a limit of its own is held to that.
            #expect(try await [status("one"), status("one")] == [.ok, .tooManyRequests])
            // However long nobody asks, no more than a minute's requests come at once.
            elapsed.value = .seconds(1000)
            #expect(try await [status("a"), status("a"), status("a")] == [.ok, .ok, .tooManyRequests])
        }
    }
}

/// Time that a test sets.
private final class Elapsed: Sendable {
    private let passed = Mutex(Duration.zero)

    var value: Duration {
        get { passed.withLock { $0 } }
        set { passed.withLock { $0 = newValue } }
    }
}

/// Says who asks, as tokens would.
private struct NamingClient: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let context = context
        context.client = request.headers[.from].map { name in
            var limits = ClientLimits()
            if name == "one" { limits.requestsPerMinute = 1 }
            return ClientIdentity(name: name, limits: limits)
        }
        return try await next(request, context)
    }
}
