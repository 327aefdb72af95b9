import Foundation
import FrameGeneration
import Hummingbird
import HummingbirdTesting
import Media
import Synchronization
import Testing

@testable import FramegenServer

@Suite("The OpenAPI document", .timeLimit(.minutes(2)))
struct OpenAPITests {
    private let bench: ServerBench
    private let document: OpenAPIDocument

    init() async throws {
        bench = try await ServerBench()
        let body = Mutex(Data())
        try await bench.withClient { client in
            let response = try await client.execute(uri: "/openapi.json", method: .get)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            body.withLock { $0 = Data(response.body.readableBytesView) }
        }
        document = try JSONDecoder().decode(OpenAPIDocument.self, from: body.withLock { $0 })
    }

    @Test("has the routes that there are, and no others")
    func routes() throws {
        let page = try Set(PageFiles(folder: Server.pageFolder).paths)
        let routes = try bench.server.router().routes
            .map { (path: $0.path.description, method: $0.method.rawValue) }
            .filter { !page.contains($0.path) }.map { "\($0.method) \($0.path)" }
        #expect(document.operations.map { "\($0.method) \($0.path)" }.sorted() == routes.sorted())
    }

    @Test("has what it refers to")
    func references() {
        let references = document.root.references
        #expect(references.count > 50)
        for reference in Set(references) { #expect(document.root[pointer: reference] != nil, "\(reference)") }
    }

    @Test("has no component that nothing refers to")
    func components() throws {
        let references = Set(document.root.references)
        let kinds = try #require(document.root["components"]?.members)
        for (kind, components) in kinds where kind != "securitySchemes" {
            for name in (components.members ?? [:]).keys {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind) \(name)")
            }
        }
    }

    @Test("knows every kind of problem, and no other")
    func problems() {
        let kinds = document.root[pointer: "#/components/schemas/Problem/properties/type/enum"]?.elements ?? []
        #expect(kinds.compactMap(\.text).sorted() == Problem.Kind.allCases.map { "/problems/\($0.rawValue)" }.sorted())
    }

    @Test("declares the parameters in paths, and no others")
    func parameters() throws {
        for (path, item) in try #require(document.root["paths"]?.members) {
            let named = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            let declared = (item["parameters"]?.elements ?? []).map(document.resolved).filter {
                $0["in"]?.text == "path"
            }
            #expect(declared.compactMap { $0["name"]?.text }.sorted() == named.sorted(), "\(path)")
            #expect(declared.allSatisfy { $0["required"] == .truth(true) && $0["schema"] != nil }, "\(path)")
        }
    }

    @Test("says of each part of a form what it is made of, so that programs can make one")
    func forms() throws {
        var partCount = 0
        for operation in document.operations {
            let form = operation.value[pointer: "#/requestBody/content/multipart~1form-data/schema/properties"]
            for (name, part) in form?.members ?? [:] {
                partCount += 1
                #expect(part["$ref"] != nil || part["format"]?.text == "binary", "\(name)")
            }
        }
        #expect(partCount > 0)
    }

    @Test("names each operation once, says what comes of it, and where a token is needed")
    func operations() throws {
        let names = document.operations.compactMap { $0.value["operationId"]?.text }
        #expect(names.count == document.operations.count)
        #expect(Set(names).count == names.count)
        for operation in document.operations {
            let responses = try #require(operation.value["responses"]?.members)
            #expect(responses.keys.contains { $0.hasPrefix("2") })
            for (status, response) in responses where status >= "400" {
                let types = document.resolved(response)["content"]?.members?.keys.map(\.self)
                #expect(types == ["application/problem+json"], "\(operation.path) \(status)")
            }
            let needsToken = operation.path.hasPrefix("/v1/") || operation.path == "/metrics"
            #expect((responses["401"] != nil) == needsToken, "\(operation.path)")
            let schemes = (operation.value["security"] ?? document.root["security"])?.elements ?? []
            let takesQuery = schemes.contains { $0["accessToken"] != nil }
            #expect(takesQuery == (needsToken && operation.method == "GET"), "\(operation.path)")
            // The disk may be full for whatever is recorded.
            let isRecorded =
                ["POST", "DELETE"].contains(operation.method)
                && ["/v1/uploads", "/v1/jobs"].contains(where: operation.path.hasPrefix)
            #expect(!isRecorded || responses["507"] != nil, "\(operation.method) \(operation.path)")
        }
    }

    @Test("gives each problem the status that it has")
    func statuses() throws {
        for operation in document.operations {
            for (status, response) in operation.value["responses"]?.members ?? [:] where status >= "400" {
                // Each description begins with its kinds.
                let description = try #require(document.resolved(response)["description"]?.text)
                let kinds = description.split(separator: "`").compactMap { Problem.Kind(rawValue: String($0)) }
                #expect(!kinds.isEmpty, "\(operation.path) \(status)")
                for kind in kinds { #expect(String(kind.status.code) == status, "\(operation.path) \(kind)") }
            }
        }
    }

    @Test("has the names, presets and states that there are")
    func values() throws {
        let schemas = try #require(document.root[pointer: "#/components/schemas"])
        let pattern = try Regex(try #require(schemas["AvatarName"]?["pattern"]?.text))
        for name in ["demo", "a", "A-b_c.9", "..", ".a", "a/b", "a%2fb", "", String(repeating: "a", count: 65)] {
            #expect((name.wholeMatch(of: pattern) != nil) == AvatarFolder.isName(name), "\(name)")
        }
        let id = try Regex(try #require(schemas["ID"]?["pattern"]?.text))
        for _ in 0..<20 { #expect(RandomID.make().wholeMatch(of: id) != nil) }
        for name in ["Session", "Upload", "Job"] {
            #expect(schemas[name]?["properties"]?["id"]?["$ref"]?.text == "#/components/schemas/ID", "\(name)")
        }
        let states = schemas["Job"]?["properties"]?["state"]?["enum"]?.elements ?? []
        #expect(states.compactMap(\.text) == JobState.allCases.map(\.rawValue))
        let presets = schemas["JobSettings"]?["properties"]?["preset"]?["enum"]?.elements ?? []
        #expect(presets.compactMap(\.text) == VideoPreset.allCases.map(\.rawValue))
    }

    @Test("has patterns that hold for what is taken, and not for what is refused whatever else is sent")
    func patterns() throws {
        let schemas = try #require(document.root[pointer: "#/components/schemas"])
        let rate = try Regex(try #require(schemas["FrameRate"]?["oneOf"]?.elements?.last?["pattern"]?.text))
        for text in ["1", "25", "29.97", "239.999999", "240", "30000/1001", "240000000/1000000"] {
            #expect(FrameRate(text) != nil && text.wholeMatch(of: rate) != nil, "\(text)")
        }
        for text in ["0", "0.5", "270600", "25.", ".5", "1.1234567", "0/1", "25/0", "a", ""] {
            #expect(FrameRate(text) == nil && text.wholeMatch(of: rate) == nil, "\(text)")
        }
        let push = schemas["SessionRequest"]?["properties"]?["push"]?["oneOf"]?.elements?.first
        let address = try Regex(try #require(push?["pattern"]?.text))
        for (text, isTaken) in [
            ("rtmp://media.example/live/key", true), ("rtmps://media.example", true), ("rtmp://[::1]:1935/live", true),
            ("rtsp://user:word@media.example/live", true), ("srt://[::1]:8890", true),
            ("srt://media.example:8890?streamid=publish:live", true), ("", false), ("rtmp://", false),
            ("rtmp:///live", false), ("rtmp://media.example/#live", false), ("rtmp://media.example/a b", false),
            ("srt://", false), ("srt://media.example?streamid=a", false), ("http://media.example/live", false),
        ] {
            let isAddress = (try? PushAddress(text)) != nil
            #expect(isAddress == isTaken && (text.wholeMatch(of: address) != nil) == isTaken, "\(text)")
        }
        let parameters = document.root["paths"]?["/v1/jobs"]?["get"]?["parameters"]?.elements ?? []
        let schema = parameters.first(where: { $0["name"]?.text == "cursor" })?["schema"]
        let cursor = try Regex(try #require(schema?["pattern"]?.text))
        for sequence in [0, 1, 1_000_000_007, Int64.max] {
            #expect(JobCursor(sequence: sequence).description.wholeMatch(of: cursor) != nil, "\(sequence)")
        }
        let beyond = "gAAAAAAAAAA"
        #expect(JobCursor(beyond) == nil && beyond.wholeMatch(of: cursor) == nil)
    }

    /// The names in an object of JSON that the server would send.
    private func names(_ value: some Encodable) throws -> Set<String> {
        let json = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
        return Set(try #require(json.members).keys)
    }

    @Test("describes what is sent: all that there may be, and as required what there always is")
    func sent() throws {
        let waiting = Job(id: "a", client: "", avatar: "demo", upload: "b", settings: JobSettings(), createdAt: Date())
        var ended = waiting
        (ended.state, ended.startedAt, ended.endedAt, ended.frameCount) = (.failed, Date(), Date(), 1)
        ended.problem = JobProblem(.unreadableSound, "no sound")
        var done = ended
        (done.state, done.problem) = (.done, nil)
        let avatar = AvatarDescription(
            name: "demo", isLoaded: false, width: 2, height: 2, imageCount: 1, speaksSound: true)
        var loaded = avatar
        (loaded.engine, loaded.precision) = ("onnxruntime", .fp32)
        var figures = SessionFigures()
        let least = try names(figures)
        figures.latencyInSeconds = 1
        func session(_ push: PushDescription?) -> SessionDescription {
            SessionDescription(
                id: "a", avatar: "demo", state: .idle, width: 2, height: 2, frameRate: 25, createdAt: Date(),
                watchers: 0, idle: .moving, queuedSeconds: 0, push: push, figures: figures)
        }
        let push = PushDescription(to: "srt://media.example")
        var failed = push
        failed.problem = "it does not answer"
        let utterance = QueuedUtterance(id: 1, queuedSeconds: 0)
        let spoken = UtteranceEvent(utterance: 1, seconds: 1)
        let failedUtterance = UtteranceEvent(utterance: 1, seconds: 1, latencyInSeconds: 1, problem: "it is no sound")
        let sent: [(String, least: Set<String>, most: Set<String>)] = [
            ("Avatar", try names(avatar), try names(loaded)),
            ("Session", try names(session(nil)), try names(session(push))),
            ("SessionPush", try names(push), try names(failed)),
            ("SessionFigures", least, try names(figures)),
            ("SessionEnd", try names(SessionEnd(reason: .unused)), try names(SessionEnd(reason: .unused))),
            ("UtteranceEvent", try names(spoken), try names(failedUtterance)),
            ("Utterance", try names(utterance), try names(utterance)),
            (
                "Job", try names(JobDocument(waiting)),
                try names(JobDocument(ended)).union(try names(JobDocument(done)))
            ),
        ]
        for (name, least, most) in sent {
            let schema = try #require(document.root[pointer: "#/components/schemas/\(name)"])
            #expect(Set((schema["required"]?.elements ?? []).compactMap(\.text)) == least, "\(name)")
            #expect(Set(try #require(schema["properties"]?.members).keys) == most, "\(name)")
        }
    }

    @Test("describes what is taken: the names that are known")
    func taken() throws {
        func known(_ type: (some Decodable).Type) throws -> [Substring] {
            let error = try #require(throws: DecodingError.self) {
                try JSONDecoder().decode(type, from: Data("{\"unknown\": 1}".utf8))
            }
            return error.reason.split(separator: "some of ").last?.split(separator: ", ") ?? []
        }
        for (name, keys) in [
            ("SessionRequest", try known(SessionSettings.self)), ("JobSettings", try known(JobSettings.self)),
        ] {
            let properties = document.root[pointer: "#/components/schemas/\(name)/properties"]?.members
            #expect(try #require(properties).keys.sorted() == keys.map(String.init).sorted(), "\(name)")
        }
    }
}
