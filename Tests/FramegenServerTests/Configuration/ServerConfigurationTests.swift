import FrameGeneration
import TestSupport
import Testing

@testable import FramegenServer

@Suite("The configuration")
struct ServerConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String) throws -> ServerConfiguration {
        try ServerConfiguration(path: folder.write(Array(text.utf8), to: "server.yaml"))
    }

    @Test("a file that says nothing leaves all as usual", arguments: ["", "\n", "# port: 9000\n", "{}", "---\n"])
    func empty(text: String) throws {
        let configuration = try read(text)
        let usual = ServerConfiguration()
        #expect(configuration.port == usual.port)
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.limits == RequestLimits())
        #expect(configuration.sessions == SessionLimits())
        #expect(configuration.jobs == JobLimits())
    }

    @Test("values are read; paths are relative to the file's folder")
    func values() throws {
        let hash = String(repeating: "Ab", count: 32)
        let configuration = try read(
            """
            host: 0.0.0.0
            port: 9000
            avatars: people
            preload: [anna, ben]
            data: /var/lib/framegen
            threads: 2
            precision: fp32
            avatarMemory: 2GB
            templateCache: 512MiB
            tokens: [{name: one, sha256: \(hash)}, {name: two, sha256: \(hash), limits: {sessions: 0, waitingJobs: 7}}]
            tls: {certificate: tls/cert.pem, key: ../key.pem}
            cors: ["https://example.com"]
            limits: {requestsPerMinute: 10, stalledRequestInSeconds: 2.5}
            sessions: {atOnce: 3, pushHosts: [Media.Example]}
            jobs: {jobsAtOnce: 2}
            """)
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 9000)
        #expect(configuration.avatarsPath == folder.file("people"))
        #expect(configuration.preloadedAvatars == ["anna", "ben"])
        #expect(configuration.dataPath == "/var/lib/framegen")
        #expect(configuration.threads == 2)
        #expect(configuration.avatarMemoryInBytes == 2_000_000_000)
        #expect(configuration.templateCacheInBytes == 512 << 20)
        var limits = ClientLimits()
        (limits.sessions, limits.waitingJobs) = (0, 7)
        #expect(
            configuration.tokens == [
                ConfiguredToken(name: "one", sha256: hash.lowercased()),
                ConfiguredToken(name: "two", sha256: hash.lowercased(), limits: limits),
            ])
        #expect(configuration.tls?.certificate == folder.file("tls/cert.pem"))
        #expect(configuration.usesTLS)
        #expect(configuration.corsOrigins == ["https://example.com"])
        #expect(configuration.limits.requestsPerMinute == 10)
        #expect(configuration.limits.stalledRequestInSeconds == 2.5)
        #expect(configuration.limits.connections == RequestLimits().connections)
        #expect(configuration.sessions.sessionLimit == 3)
        #expect(configuration.sessions.pushHosts == ["media.example"])
        #expect(configuration.jobs.jobsAtOnce == 2)
    }

    @Test(
        "what is wrong is named, with what was expected",
        arguments: [
            ("hots: localhost", ["hots is not known", "host, port"]),
            ("precision: int8", ["precision is int8, expected auto, fp32"]),
            ("tokens: [{name: a, sha256: b}]", ["tokens[0].sha256"]),
            ("limits: {requestPerMinute: 1}", ["limits", "requestPerMinute is not known", "requestsPerMinute"]),
            ("sessions: {x: 1}", ["sessions", "x is not known", "atOnce"]),
            ("jobs: {x: 1}", ["jobs", "x is not known", "jobsAtOnce"]),
            ("tokens: [{name: a, hash: b}]", ["tokens", "hash is not known", "sha256"]),
            ("tokens: [{name: a}]", ["sha256 is missing"]),
            ("tokens: [{name: a, sha256: secret}]", ["6 characters", "64 hexadecimal digits"]),
            ("tls: {certificate: a}", ["key is missing"]),
            ("port: many", ["port"]), ("port: 70000", ["port is 70000", "0 to 65535"]),
            ("threads: 0", ["threads is 0", "1 to 1024"]),
            ("limits: {requestsPerMinute: 0}", ["requestsPerMinute is 0", "1 or more"]),
            ("limits: {stalledRequestInSeconds: .nan}", ["stalledRequestInSeconds"]),
            ("avatarMemory: much", ["avatarMemory", "much is no size", "4GB", "512MiB"]),
            ("avatarMemory: -1", ["avatarMemory", "-1"]),
            ("host: 0.0.0.0", ["host is 0.0.0.0", "no tokens", "127.0.0.1"]),
            ("host: \"\"", ["no tokens"]),
            ("[1, 2]", []), ("just text", []), ("a: b: c", ["YAML"]), ("\t", []),
        ])
    func faults(text: String, parts: [String]) throws {
        let error = try #require(throws: FramegenError.self) { try read(text) }
        #expect(error.message.hasPrefix(folder.file("server.yaml")))
        #expect(!error.message.contains("\n"))
        for part in parts { #expect(error.message.contains(part), "\(error.message)") }
    }

    @Test("two tokens of one name are refused, since clients are told apart by it")
    func sameName() throws {
        let hash = String(repeating: "0", count: 64)
        let error = try #require(throws: FramegenError.self) {
            try read("tokens: [{name: a, sha256: \(hash)}, {name: a, sha256: \(hash)}]")
        }
        #expect(error.message.contains("same name"))
    }

    @Test("a file that is not there is named")
    func missing() throws {
        let error = try #require(throws: FramegenError.self) { try ServerConfiguration(path: folder.file("none.yaml")) }
        #expect(error.message.contains(folder.file("none.yaml")))
    }

    @Test("a server whose folder has no avatars does not start")
    func noAvatars() async throws {
        let error = await #expect(throws: FramegenError.self) {
            try await ServerBench { $0.avatarsPath = "/nowhere" }
        }
        #expect(error?.message.contains("/nowhere is not there, expected a folder") == true)
    }
}
