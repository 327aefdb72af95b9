import FramegenServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("Pages of other origins", .timeLimit(.minutes(2)))
struct AllowedOriginsTests {
    @Test(
        "those that are allowed are, each by its own name, and others are not",
        arguments: [
            ("https://one.example", true), ("https://two.example", true), ("https://one.example.org", false),
            ("null", false), ("*", false),
        ])
    func origins(origin: String, isAllowed: Bool) async throws {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: AllowedOrigins(["https://one.example", "https://two.example"]))
        router.get("v1/jobs") { _, _ in "jobs" }
        try await Application(router: router).test(.router) { client in
            let response = try await client.execute(uri: "/v1/jobs", method: .get, headers: [.origin: origin])
            #expect(response.headers[.accessControlAllowOrigin] == (isAllowed ? origin : nil))
        }
    }
}
