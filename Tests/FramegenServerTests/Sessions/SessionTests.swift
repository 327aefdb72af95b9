import AsyncAlgorithms
import Foundation
import FrameGeneration
import Framegen
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Media
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import FramegenServer

@Suite("Sessions")
struct SessionTests {
    /// Has one avatar, without weights, of small images.
    private struct Avatars: AvatarLending {
        let avatar: Avatar

        func checkAvatar(_ name: String) throws(Problem) {
            guard name == "demo" else { throw Problem(.notFound, "there is no avatar \(name)") }
        }

        func withAvatar<Value: Sendable>(
            _ name: String, _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
        ) async throws -> Value {
            try checkAvatar(name)
            return try await work(avatar)
        }
    }

    /// Has an avatar that another one takes the place of.
    private final class ChangingAvatars: AvatarLending {
        let avatar: Mutex<Avatar>

        init(_ avatar: Avatar) { self.avatar = Mutex(avatar) }

        func checkAvatar(_ name: String) {}

        func withAvatar<Value: Sendable>(
            _ name: String, _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
        ) async throws -> Value {
            try await work(avatar.withLock { $0 })
        }
    }

    private let folder: TemporaryFolder
    private let store: SessionStore
    private let avatar: Avatar

    init() async throws {
        folder = try TemporaryFolder()
        let images = try ImageTemplate(
            boxes: [(10, 40, 10), (12, 42, 10), (11, 41, 11)], in: folder)
        let template = try Template(path: images.path, usesParsing: false, decoder: ImageFileDecoder())
        avatar = try await Avatar.test(
            template, generator: .syncTalk328AVE, templateCacheInBytes: 0, platform: .standard
        ) { parts in parts.speechEncoder = .test(engine: MeanEngine()) }
        var limits = SessionLimits()
        limits.sessionLimit = 2
        store = SessionStore(limits: limits, avatars: Avatars(avatar: avatar), logger: Logger(label: "test")) {
            (_, _) throws(FramegenError) in
            .each(Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.001, stillInSeconds: 0.0005))
        }
    }

    private func application() throws -> some ApplicationProtocol {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        let group = router.group("v1")
        try FileManager.default.createDirectory(atPath: folder.file("spool"), withIntermediateDirectories: true)
        SessionRoutes(store: store, spoolPath: folder.file("spool"), soundLimitInBytes: 1_000_000).add(to: group)
        return Application(router: router)
    }

    private static func events(_ session: Session, until last: String) async -> [String] {
        var names: [String] = []
        for await event in await session.events(after: 0) where event.name != "load" {
            names.append(event.name)
            if event.name == last { break }
        }
        return names
    }

    @Test("an utterance is begun and ended, and the end of the session is told")
    func utterance() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        let samples = [Float](repeating: 0.5, count: 12_000)
        let pieces = AsyncChannel<[Float]>()
        _ = try await session.say(pieces, sampleRate: 16_000, interrupts: false, firstByte: .now)
        await pieces.send(samples)
        pieces.finish()
        let names = await Self.events(session, until: "utterance-ended")
        #expect(names.first == "utterance-begun" && names.last == "utterance-ended", "\(names)")
        await store.end(session)
        #expect(await Self.events(session, until: "session-ended").last == "session-ended")
        await #expect(throws: Problem.self) { try await store.session(session.id, of: nil) }
    }

    @Test("an utterance that waits behind another tells no latency, and none is longer than its sound")
    func queuedUtterances() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        for _ in 0..<2 {
            let pieces = AsyncChannel<[Float]>()
            let utterance = try await session.say(pieces, sampleRate: 16_000, interrupts: false, firstByte: .now)
            await pieces.send([Float](repeating: 0.5, count: 24_000))
            await session.sent(24_000, of: utterance.id)
            pieces.finish()
        }
        struct Heard: Decodable {
            let utterance: Int
            let seconds: Double
            let latencyInSeconds: Double?
        }
        var ended: [Int: Double] = [:]
        for await event in await session.events(after: 0) where event.name.hasPrefix("utterance-") {
            let heard = try JSONDecoder().decode(Heard.self, from: Data(event.data.utf8))
            if event.name == "utterance-begun" { #expect((heard.latencyInSeconds == nil) == (heard.utterance == 2)) }
            if event.name == "utterance-ended" { ended[heard.utterance] = heard.seconds }
            if ended.count == 2 { break }
        }
        #expect(ended == [1: 1.5, 2: 1.5])
        await store.end(session)
    }

    @Test("requests that begin a stream of samples at once are one utterance, which lasts while one is under way")
    func streams() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        func open() async throws -> Int {
            try await session.stream("mic", sampleRate: 16_000, interrupts: false, firstByte: .now).0.id
        }
        async let first = open()
        async let second = open()
        let (one, two) = try await (first, second)
        #expect(one == two)
        await session.leaveStream("mic", utterance: one)
        // Longer than a stream waits for its next request.
        try await Task.sleep(for: .seconds(4))
        #expect(try await open() == one)
        await session.endStream("mic")
        #expect(await Self.events(session, until: "utterance-ended").last == "utterance-ended")
        #expect(await !session.isSpeaking)
        await store.end(session)
    }

    @Test("samples of what is said first have room, whatever waits behind it, and those of others up to a measure")
    func waitingSamples() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        var ids: [Int] = []
        for _ in 0..<3 {
            let pieces = AsyncChannel<[Float]>()
            ids.append(try await session.say(pieces, sampleRate: 768_000, interrupts: false, firstByte: .now).id)
        }
        #expect(await session.hasRoom(forSamplesOf: ids[2]))
        await session.sent(SessionLimits().waitingSamples, of: ids[1])
        #expect(await session.hasRoom(forSamplesOf: ids[0]))
        #expect(await !session.hasRoom(forSamplesOf: ids[2]))
        await session.interrupt()
        #expect(await session.hasRoom(forSamplesOf: ids[2]))
        await store.end(session)
    }

    @Test("is of the size that was asked for, and at most as large as the avatar")
    func size() async throws {
        func size(_ maxHeight: Int?) async throws -> [Int] {
            var settings = SessionSettings(avatar: "demo")
            settings.maxHeight = maxHeight
            let session = try await store.make(settings, for: nil)
            let description = await session.description
            let watcher = try await session.broadcast.watch()
            var bytes: [UInt8] = []
            for _ in 0..<2 { bytes += try #require(await watcher.next()).readableBytesView }
            await store.end(session)
            let path = folder.file("stream.mp4")
            try Data(bytes).write(to: URL(filePath: path))
            let picture = try #require(try VideoFrameReader(path: path).next())
            #expect(picture.width == description.width && picture.height == description.height)
            return [description.width, description.height]
        }
        let whole = try await size(nil)
        #expect(try await size(4000) == whole)
        try #require(whole[1] > 24)
        #expect(try await size(24) == [(whole[0] * 24 / whole[1] + 1) / 2 * 2, 24])
    }

    @Test("silence counts by what it takes at a session's rate: little where it is encoded once", arguments: [24, 25])
    func silence(framesPerSecond: Int) async {
        let store = SessionStore(
            limits: SessionLimits(), avatars: Avatars(avatar: avatar), logger: Logger(label: "test"),
            timeBetweenMeasurements: .seconds(3600)
        ) { (_, _) throws(FramegenError) in
            Admission.Costs(
                encoded: Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.015, stillInSeconds: 0.015),
                sentAgain: Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.0001, stillInSeconds: 0.0001))
        }
        var settings = SessionSettings(avatar: "demo")
        settings.frameRate = FrameRate(framesPerSecond)
        var count = 0
        while count < 5, (try? await store.make(settings, for: nil)) != nil { count += 1 }
        #expect(count == (framesPerSecond == 25 ? 5 : 2))
        await store.close()
    }

    @Test("who is silent stays still while another speaks and there is no room for both, and moves again after its end")
    func stillness() async throws {
        let store = SessionStore(
            limits: SessionLimits(), avatars: Avatars(avatar: avatar), logger: Logger(label: "test")
        ) {
            (_, _) throws(FramegenError) in
            .each(Admission.Cost(speakingInSeconds: 0.03, idleInSeconds: 0.015, stillInSeconds: 0.001))
        }
        let speaking = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        let silent = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        #expect(await silent.description.idle == .moving)
        let pieces = AsyncChannel<[Float]>()
        _ = try await speaking.say(pieces, sampleRate: 16_000, interrupts: false, firstByte: .now)
        #expect(await silent.description.idle == .still)
        await store.end(speaking)
        #expect(await silent.description.idle == .moving)
        await store.close()
    }

    @Test("an avatar that there is no room for is measured again, but not for each who asks")
    func measuredAgain() async throws {
        func admits(after pause: Duration) async throws -> [Bool] {
            let measurements = Mutex(0)
            let store = SessionStore(
                limits: SessionLimits(), avatars: Avatars(avatar: avatar), logger: Logger(label: "test"),
                timeBetweenMeasurements: pause
            ) { (_, _) throws(FramegenError) in
                // The machine was busy the first two times.
                let count = measurements.withLock {
                    $0 += 1
                    return $0
                }
                return .each(
                    Admission.Cost(
                        speakingInSeconds: count > 2 ? 0.03 : 2, idleInSeconds: 0.001, stillInSeconds: 0.0005))
            }
            var admitted: [Bool] = []
            for _ in 0..<2 {
                do {
                    _ = try await store.make(SessionSettings(avatar: "demo"), for: nil)
                    admitted.append(true)
                } catch let problem as Problem {
                    #expect(problem.kind == .noRoom)
                    admitted.append(false)
                }
            }
            #expect(measurements.withLock { $0 } == (pause == .zero ? 3 : 2))
            await store.close()
            return admitted
        }
        #expect(try await admits(after: .seconds(3600)) == [false, false])
        #expect(try await admits(after: .zero) == [false, true])
    }

    @Test("what is known of an avatar is known of that one alone, and not of another that is loaded under its name")
    func reloaded() async throws {
        let other = try await Avatar.test(
            avatar.template, generator: .syncTalk328AVE, templateCacheInBytes: 0, platform: .standard
        ) { parts in parts.speechEncoder = .test(engine: MeanEngine()) }
        let avatars = ChangingAvatars(avatar)
        let measured = Mutex<[(avatar: Avatar, silence: SilentGroups)]>([])
        let store = SessionStore(limits: SessionLimits(), avatars: avatars, logger: Logger(label: "test")) {
            (avatar, silence) throws(FramegenError) in
            measured.withLock { $0.append((avatar, silence)) }
            return .each(Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.001, stillInSeconds: 0.0005))
        }
        for lent in [avatar, avatar, other, other] {
            avatars.avatar.withLock { $0 = lent }
            await store.end(try await store.make(SessionSettings(avatar: "demo"), for: nil))
        }
        let seen = measured.withLock { $0 }
        try #require(seen.count == 2)
        #expect(seen[0].avatar === avatar && seen[1].avatar === other)
        #expect(seen[0].silence !== seen[1].silence)
        await store.close()
    }

    @Test("of a token are as many as it may have, whatever others have")
    func perToken() async throws {
        var limits = ClientLimits()
        limits.sessions = 1
        let (few, many) = (ClientIdentity(name: "few", limits: limits), ClientIdentity(name: "many"))
        let session = try await store.make(SessionSettings(avatar: "demo"), for: few)
        let error = await #expect(throws: Problem.self) {
            try await store.make(SessionSettings(avatar: "demo"), for: few)
        }
        #expect(error?.kind == .tooManyRequests && error?.retryAfterInSeconds != nil)
        await store.end(try await store.make(SessionSettings(avatar: "demo"), for: many))
        await store.end(session)
        await store.end(try await store.make(SessionSettings(avatar: "demo"), for: few))
    }

    @Test("are not sent to hosts that the operator did not name")
    func pushHosts() async throws {
        var settings = SessionSettings(avatar: "demo")
        settings.push = try PushAddress("rtmp://media.example/live/secret")
        let error = await #expect(throws: Problem.self) { try await store.make(settings, for: nil) }
        #expect(error?.kind == .forbidden && error?.detail.contains("media.example") == true)
        #expect(error?.detail.contains("secret") == false)
    }

    @Test(
        "settings that make no sense are refused with what was expected",
        arguments: [
            (#""maxHeight": 15"#, "16 to 4320"), (#""maxHeight": -1"#, "16 to 4320"),
            (#""idle": "dancing""#, "moving or still"), (#""idleTimeoutInSeconds": 0"#, "1 or more"),
            (#""push": "http://media.example/x""#, "rtmp://"), (#""push": "srt://media.example?streamid=a""#, "a port"),
            (#""push": "srt://media.example:1?mode=listener""#, "streamid"), (#""maxheight": 99"#, "maxHeight"),
        ])
    func badSettings(text: String, expected: String) throws {
        let json = Data("{\"avatar\": \"demo\", \(text)}".utf8)
        let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(SessionSettings.self, from: json) }
        #expect(error?.reason.contains(expected) == true, "\(error?.reason ?? "")")
    }

    @Test("who sends samples for an utterance that is interrupted need not wait")
    func interruptedSender() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        let pieces = AsyncChannel<[Float]>()
        _ = try await session.say(pieces, sampleRate: 16_000, interrupts: false, firstByte: .now)
        let sending = Task {
            // Far more than is kept.
            for _ in 0..<2000 { await pieces.send([Float](repeating: 0.5, count: 4096)) }
        }
        _ = await Self.events(session, until: "utterance-begun")
        await session.interrupt()
        await sending.value
        #expect(await Self.events(session, until: "utterance-interrupted").last == "utterance-interrupted")
        await store.end(session)
    }

    @Test("clients are told why a session ended", arguments: ["deleted", "unused", "stopped", "failed"])
    func ends(because reason: String) async throws {
        var avatar = avatar
        if reason == "failed" {
            avatar = try await Avatar.test(
                avatar.template, generator: .syncTalk328AVE,
                engine: StandInEngine { _ throws(FramegenError) in throw FramegenError(.internalFailure, "no memory") },
                templateCacheInBytes: 0, platform: .standard
            ) { parts in parts.speechEncoder = .test(engine: MeanEngine()) }
        }
        var limits = SessionLimits()
        if reason == "unused" { limits.idleTimeoutInSeconds = 1 }
        let store = SessionStore(
            limits: limits, avatars: Avatars(avatar: avatar), logger: Logger(label: "test")
        ) { (_, _) throws(FramegenError) in
            .each(Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.001, stillInSeconds: 0.0005))
        }
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        switch reason {
        case "deleted": await store.end(session)
        case "stopped": await store.close()
        default: break
        }
        var told: String?
        for await event in await session.events(after: 0) where event.name == "session-ended" {
            told = try JSONDecoder().decode([String: String].self, from: Data(event.data.utf8))["reason"]
        }
        #expect(told == reason)
        await store.close()
    }

    @Test("a watcher gets a stream that plays, to its end")
    func watching() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        let watcher = try await session.broadcast.watch()
        var bytes: [UInt8] = []
        var count = 0
        while let piece = await watcher.next() {
            bytes += piece.readableBytesView
            count += 1
            if count == 30 { await session.end(.deleted) }
        }
        let path = folder.file("stream.mp4")
        try Data(bytes).write(to: URL(filePath: path))
        var frames = 0
        let reader = try VideoFrameReader(path: path)
        while try reader.next() != nil { frames += 1 }
        #expect(frames >= 29)
    }

    @Test("a session whose client has gone while it was made is known, and ends with the server")
    func goneClient() async throws {
        let (measuring, begin) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let store = SessionStore(
            limits: SessionLimits(), avatars: Avatars(avatar: avatar), logger: Logger(label: "test")
        ) {
            (_, _) throws(FramegenError) in
            begin.yield()
            for await _ in gate { break }
            return .each(Admission.Cost(speakingInSeconds: 0.01, idleInSeconds: 0.001, stillInSeconds: 0.0005))
        }
        let client = Task { try await store.make(SessionSettings(avatar: "demo"), for: nil) }
        var measurements = measuring.makeAsyncIterator()
        _ = await measurements.next()
        client.cancel()
        await #expect(throws: Problem.self) { try await client.value }
        // The next one waits for its turn all the same, and finds the first one measured.
        let next = Task { try await store.make(SessionSettings(avatar: "demo"), for: nil) }
        try await Task.sleep(for: .milliseconds(100))
        open.yield()
        _ = try await next.value
        #expect(await store.sessions(of: nil).count == 2)
        begin.finish()
        #expect(await measurements.next() == nil)
        await store.close()
        #expect(await store.sessions(of: nil).isEmpty)
    }

    @Test("nothing is left of a session that has ended")
    func release() async throws {
        weak var broadcast: StreamBroadcast?
        weak var session: Session?
        do {
            let made = try await store.make(SessionSettings(avatar: "demo"), for: nil)
            (session, broadcast) = (made, made.broadcast)
            let watcher = try await made.broadcast.watch()
            _ = await watcher.next()
            await store.end(made)
        }
        // Its last tasks may be about to end.
        for _ in 0..<500 where session != nil || broadcast != nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(session == nil && broadcast == nil)
    }

    @Test("what may not be is answered with a problem")
    func problems() async throws {
        try await application().test(.router) { client in
            func status(
                _ method: HTTPRequest.Method, _ uri: String, _ body: String = "", headers: HTTPFields = [:]
            ) async throws -> Int {
                try await client.execute(
                    uri: uri, method: method, headers: headers, body: ByteBuffer(string: body)
                ) { response in
                    #expect(response.headers[.contentType] == "application/problem+json" || response.status.code < 400)
                    return response.status.code
                }
            }
            #expect(try await status(.post, "/v1/sessions", "{") == 400)
            let silent = try await store.make(SessionSettings(avatar: "demo"), for: nil)
            for type in ["multipart/form-data; boundary=a", "application/json"] {
                let uri = "/v1/sessions/\(silent.id)/speech"
                #expect(try await status(.post, uri, "--a", headers: [.contentType: type]) == 415)
            }
            await store.end(silent)
            #expect(try await status(.post, "/v1/sessions", "{}") == 400)
            #expect(try await status(.post, "/v1/sessions", #"{"avatar":"demo","speed":1}"#) == 400)
            #expect(try await status(.post, "/v1/sessions", #"{"avatar":"../demo"}"#) == 404)
            #expect(try await status(.get, "/v1/sessions/unknown") == 404)
            #expect(try await status(.delete, "/v1/sessions/unknown") == 404)
            #expect(try await status(.post, "/v1/sessions/unknown/speech", "RIFF") == 404)
            let session = try await store.make(SessionSettings(avatar: "demo"), for: nil)
            let speech = "/v1/sessions/\(session.id)/speech"
            #expect(try await status(.post, speech) == 422)
            #expect(try await status(.post, speech, "<html>no sound</html>") == 422)
            #expect(try await status(.post, speech, headers: [.contentType: "audio/L16"]) == 415)
            #expect(
                try await status(.post, speech, headers: [.contentType: "audio/L16; rate=16000; channels=1"]) == 422)
            #expect(try await status(.post, speech, String(repeating: "a", count: 1_000_001)) == 413)
            // Nothing is left of what was sent.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("spool")).isEmpty)
            await store.close()
            #expect(try await status(.post, "/v1/sessions", #"{"avatar":"demo"}"#) == 503)
        }
    }

    @Test("samples that are sent are spoken, and a request for a session says where it is")
    func speaking() async throws {
        try await application().test(.router) { client in
            let location = try await client.execute(
                uri: "/v1/sessions", method: .post, body: ByteBuffer(string: #"{"avatar":"demo","frameRate":20}"#)
            ) { response in
                #expect(response.status == .created)
                return try #require(response.headers[.location])
            }
            let samples = [UInt8](repeating: 40, count: 2 * 16_000)
            try await client.execute(
                uri: "\(location)/speech", method: .post, headers: [.contentType: "audio/L16; rate=16000"],
                body: ByteBuffer(bytes: samples)
            ) { response in
                #expect(response.status == .accepted)
                #expect(String(buffer: response.body).contains(#""id":1"#))
            }
            try await client.execute(uri: "\(location)/interrupt", method: .post) { #expect($0.status == .noContent) }
            try await client.execute(uri: location, method: .get) { response in
                #expect(String(buffer: response.body).contains(#""frameRate":20"#))
            }
            try await client.execute(uri: location, method: .delete) { #expect($0.status == .noContent) }
            try await client.execute(uri: location, method: .get) { #expect($0.status == .notFound) }
        }
    }

    @Test("sessions are bounded in number, and belong to who made them")
    func limits() async throws {
        let session = try await store.make(SessionSettings(avatar: "demo"), for: ClientIdentity(name: "one"))
        await #expect(throws: Problem.self) {
            try await store.session(session.id, of: ClientIdentity(name: "two"))
        }
        #expect(await store.sessions(of: ClientIdentity(name: "two")).isEmpty)
        _ = try await store.make(SessionSettings(avatar: "demo"), for: nil)
        let error = await #expect(throws: Problem.self) {
            try await store.make(SessionSettings(avatar: "demo"), for: nil)
        }
        #expect(error?.kind == .noRoom)
        await store.close()
    }
}

extension Admission.Costs {
    /// Silence that takes the same, whether it is encoded or not.
    fileprivate static func each(_ cost: Admission.Cost) -> Admission.Costs {
        Admission.Costs(encoded: cost, sentAgain: cost)
    }
}
