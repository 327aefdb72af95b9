import Foundation
import FrameGeneration
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FramegenServer

@Suite(.timeLimit(.minutes(2))) struct JobRouteTests {
    /// Says who asks, as tokens would.
    private struct NamedClient: RouterMiddleware {
        typealias Context = ServerRequestContext

        func handle(
            _ request: Request, context: ServerRequestContext,
            next: (Request, ServerRequestContext) async throws -> Response
        ) async throws -> Response {
            let context = context
            if let name = request.headers[.from] { context.client = ClientIdentity(name: name) }
            return try await next(request, context)
        }
    }

    private func withClient(
        _ bench: JobBench, _ work: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: NamedClient())
        let group = router.group("v1")
        UploadRoutes(store: bench.store).add(to: group)
        JobRoutes(store: bench.store, avatars: NoAvatars()).add(to: group)
        try await Application(router: router).test(.router) { client in try await work(client) }
    }

    private struct Answer: Decodable {
        var id: String?
        var bytes: Int?
        var state: String?
        var video: String?
        var type: String?
        var detail: String?
        var jobs: [Answer]?
        var nextCursor: String?
    }

    private func answer(_ response: TestResponse) throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: Data(response.body.readableBytesView))
    }

    private static let sound = ByteBuffer(bytes: JobBench.sound)
    private static let json: HTTPFields = [.contentType: "application/json"]

    private static func body(_ upload: String, more: String = "") -> ByteBuffer {
        ByteBuffer(string: "{\"avatar\": \"demo\", \"upload\": \"\(upload)\"\(more)}")
    }

    @Test("an upload becomes a job, the job a video, and all of it can be removed")
    func life() async throws {
        let bench = try await JobBench()
        let queue = RunningQueue(bench.store)
        try await withClient(bench) { client in
            let upload = try answer(try await client.execute(uri: "/v1/uploads", method: .post, body: Self.sound))
            #expect(upload.bytes == JobBench.sound.count)
            let created = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: Self.json,
                body: Self.body(try #require(upload.id), more: ", \"settings\": {\"crf\": 30, \"frameRate\": 12.5}"))
            #expect(created.status == .created)
            let id = try #require(try answer(created).id)
            #expect(created.headers[.location] == "/v1/jobs/\(id)")
            #expect(try await client.execute(uri: "/v1/jobs/\(id)/video", method: .get).status == .notFound)

            var starts = queue.runner.starts.makeAsyncIterator()
            let work = await starts.next()
            #expect(work?.settings.crf == 30)
            #expect(work?.settings.frameRate?.description == "25/2")
            queue.runner.open(id)
            _ = try await bench.wait(for: id) { $0.state == .done }
            let job = try answer(try await client.execute(uri: "/v1/jobs/\(id)", method: .get))
            #expect(job.state == "done")
            let video = try await client.execute(uri: try #require(job.video), method: .get)
            #expect(video.status == .ok)
            #expect(video.headers[.contentType] == "video/mp4")
            #expect(Array(video.body.readableBytesView) == GatedRunner.video)

            #expect(try await client.execute(uri: "/v1/jobs/\(id)", method: .delete).status == .noContent)
            #expect(try await client.execute(uri: "/v1/jobs/\(id)", method: .get).status == .notFound)
        }
        await queue.stop()
    }

    @Test("a form with the sound becomes a job")
    func form() async throws {
        let bench = try await JobBench()
        @Sendable func body(_ fields: [(String, String)]) -> ByteBuffer {
            let parts = fields.map { name, value in
                "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            }
            return ByteBuffer(string: parts.joined() + "--b--\r\n")
        }
        let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=b"]
        let sound = ("sound", String(decoding: JobBench.sound, as: UTF8.self))
        let refused: [([(String, String)], HTTPResponse.Status)] = [
            ([sound], .badRequest), ([("avatar", "demo")], .badRequest),
            ([("avatar", "demo"), sound, sound], .badRequest),
            ([("avatar", "demo"), ("avatar", "demo"), sound], .badRequest),
            ([("avatar", "../demo"), sound], .badRequest), ([("avatar", "nobody"), sound], .notFound),
            ([("avatar", "demo"), ("other", ""), sound], .badRequest),
            ([("avatar", "demo"), ("settings", "{\"crf\": 99}"), sound], .badRequest),
            ([("avatar", "demo"), ("settings", "{\"crv\": 9}"), sound], .badRequest),
            ([("avatar", "demo"), ("sound", "text")], .unprocessableContent),
            ([("avatar", String(repeating: "a", count: 20_000)), sound], .contentTooLarge),
        ]
        try await withClient(bench) { client in
            for (fields, status) in refused {
                let response = try await client.execute(
                    uri: "/v1/jobs", method: .post, headers: headers, body: body(fields))
                #expect(response.status == status, "\(fields.map(\.0))")
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(try answer(response).detail?.contains(bench.folder.path) == false)
            }
            #expect(try bench.names("uploads").isEmpty)
            let created = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: headers,
                body: body([sound, ("settings", "{\"preset\": \"ultrafast\"}"), ("avatar", "demo")]))
            #expect(created.status == .created)
            #expect(try bench.names("uploads").count == 1)
        }
    }

    @Test(
        "bodies that are no job are refused, each with its status",
        arguments: [
            ("application/json", "", 400), ("application/json", "{", 400), ("application/json", "[]", 400),
            ("application/json", "{\"avatar\": \"demo\"}", 400),
            ("application/json", "{\"avatar\": 1, \"upload\": \"x\"}", 400),
            ("application/json", "{\"avatar\": \"demo\", \"upload\": \"../jobs.sqlite\"}", 400),
            ("application/json", "{\"avatar\": \"demo\", \"upload\": \"AAAAAAAAAAAAAAAAAAAAAA\"}", 400),
            ("application/json", "{\"avatar\": \"demo\", \"upload\": \"AAAAAAAAAAAAAAAAAAAAAA\", \"x\": 1}", 400),
            ("application/json", String(repeating: " ", count: 20_000), 413), ("text/plain", "x", 415), ("", "x", 415),
            ("multipart/form-data", "x", 400), ("multipart/form-data; boundary=b", "x", 400),
        ])
    func refused(type: String, body: String, status: Int) async throws {
        let bench = try await JobBench()
        try await withClient(bench) { client in
            let response = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: type.isEmpty ? [:] : [.contentType: type],
                body: ByteBuffer(string: body))
            #expect(response.status.code == status)
            #expect(try answer(response).type?.hasPrefix("/problems/") == true)
        }
    }

    @Test("uploads of another kind, and too large ones, are refused")
    func refusedUploads() async throws {
        let bench = try await JobBench { $0.uploadInBytes = 100 }
        try await withClient(bench) { client in
            let large = try await client.execute(
                uri: "/v1/uploads", method: .post, body: ByteBuffer(repeating: 0, count: 101))
            #expect(large.status == .contentTooLarge)
            let form = try await client.execute(
                uri: "/v1/uploads", method: .post, headers: [.contentType: "multipart/form-data; boundary=b"],
                body: Self.sound)
            #expect(form.status == .unsupportedMediaType)
        }
    }

    @Test("a key makes a submission safe to repeat")
    func idempotency() async throws {
        let bench = try await JobBench()
        let uploads = [try await bench.upload().id, try await bench.upload().id]
        try await withClient(bench) { client in
            let name = try #require(HTTPField.Name("Idempotency-Key"))
            func submit(_ upload: String, key: String = "one") async throws -> TestResponse {
                var headers = Self.json
                headers[name] = key
                return try await client.execute(
                    uri: "/v1/jobs", method: .post, headers: headers, body: Self.body(upload))
            }
            let first = try answer(try await submit(uploads[0]))
            #expect(try answer(try await submit(uploads[0])).id == first.id)
            #expect(try await submit(uploads[1]).status == .conflict)
            #expect(try await submit(uploads[1], key: "a b").status == .badRequest)
        }
    }

    @Test("the list goes on by its cursor, and is each client's own")
    func list() async throws {
        let bench = try await JobBench()
        let upload = try await bench.upload(client: "a")
        for _ in 1...5 { _ = try await bench.submit(client: "a", upload: upload) }
        try await withClient(bench) { client in
            func page(_ query: String) async throws -> Answer {
                try answer(try await client.execute(uri: "/v1/jobs" + query, method: .get, headers: [.from: "a"]))
            }
            let first = try await page("?limit=3")
            let second = try await page("?limit=3&cursor=\(try #require(first.nextCursor))")
            #expect(first.jobs?.count == 3)
            #expect(second.jobs?.count == 2)
            #expect(second.nextCursor == nil)
            #expect(Set((first.jobs ?? []).compactMap(\.id) + (second.jobs ?? []).compactMap(\.id)).count == 5)
            let other = try await client.execute(uri: "/v1/jobs", method: .get, headers: [.from: "b"])
            #expect(String(buffer: other.body) == "{\"jobs\":[],\"nextCursor\":null}")
            for query in ["?limit=0", "?limit=x", "?limit=201", "?cursor=x"] {
                #expect(try await client.execute(uri: "/v1/jobs" + query, method: .get).status == .badRequest)
            }
            let id = try #require(first.jobs?.first?.id)
            for path in ["", "/events", "/video"] {
                let response = try await client.execute(
                    uri: "/v1/jobs/\(id)\(path)", method: .get, headers: [.from: "b"])
                #expect(response.status == .notFound)
            }
        }
    }

    private func doneJob(_ bench: JobBench) async throws -> String {
        let job = try await bench.submit()
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        _ = await starts.next()
        queue.runner.open(job.id)
        _ = try await bench.wait(for: job.id) { $0.state == .done }
        await queue.stop()
        return job.id
    }

    @Test("a video is served in parts to who has the same one, and its head alone to who asks for that")
    func ranges() async throws {
        let bench = try await JobBench()
        let id = try await doneJob(bench)
        let size = GatedRunner.video.count
        try await withClient(bench) { client in
            func get(_ headers: HTTPFields, _ method: HTTPRequest.Method = .get) async throws -> TestResponse {
                try await client.execute(uri: "/v1/jobs/\(id)/video", method: method, headers: headers)
            }
            let head = try await get([:], .head)
            #expect(head.headers[.contentLength] == String(size))
            #expect(head.headers[.acceptRanges] == "bytes")
            #expect(head.body.readableBytes == 0)
            let tag = try #require(head.headers[.eTag])

            let middle = try await get([.range: "bytes=2-4"])
            #expect(middle.status == .partialContent)
            #expect(middle.headers[.contentRange] == "bytes 2-4/\(size)")
            #expect(Array(middle.body.readableBytesView) == Array(GatedRunner.video[2...4]))
            let end = try await get([.range: "bytes=-3", .ifRange: tag])
            #expect(Array(end.body.readableBytesView) == GatedRunner.video.suffix(3))
            #expect(try await get([.range: "bytes=0-1", .ifRange: "\"other\""]).status == .ok)
            #expect(try await get([.range: "bytes=0-1,3-4"]).status == .ok)
            let beyond = try await get([.range: "bytes=1000-"])
            #expect(beyond.status == .rangeNotSatisfiable)
            #expect(beyond.headers[.contentRange] == "bytes */\(size)")
            #expect(try await get([.ifNoneMatch: "\"x\", \(tag)"]).status == .notModified)
        }
    }

    @Test("events begin with what is, end with the end, and are not told twice")
    func events() async throws {
        let bench = try await JobBench()
        let job = try await bench.submit()
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        _ = await starts.next()
        var events = JobEvents(store: bench.store, id: job.id, client: "", lastID: nil).makeAsyncIterator()
        let first = try #require(try await events.next())
        #expect(first.name == "progress")
        #expect(first.data.contains("\"progress\":0.5"))
        queue.runner.open(job.id)
        var last = first
        while let event = try await events.next() {
            #expect(event.id != last.id)
            last = event
        }
        #expect(last.name == "done")
        await queue.stop()
        #expect(bench.store.board.watcherCount(of: job.id) <= 1)

        let lastID = try #require(last.id)
        try await withClient(bench) { client in
            let name = try #require(HTTPField.Name("Last-Event-ID"))
            let again = try await client.execute(uri: "/v1/jobs/\(job.id)/events", method: .get)
            #expect(again.headers[.contentType] == "text/event-stream")
            #expect(String(buffer: again.body).contains("\nevent: done\ndata: {"))
            let known = try await client.execute(
                uri: "/v1/jobs/\(job.id)/events", method: .get, headers: [name: lastID])
            #expect(known.status == .noContent)
            let older = try await client.execute(
                uri: "/v1/jobs/\(job.id)/events", method: .get, headers: [name: first.id ?? ""])
            #expect(String(buffer: older.body).contains("id: \(lastID)\n"))
        }
    }
}
