import Hummingbird
import HummingbirdTesting
import Media
import Testing

@testable import FramegenServer

@Suite("HLS and video routes", .timeLimit(.minutes(2)))
struct HLSRouteTests {
    private let time = ManualClock()
    private let broadcast: StreamBroadcast

    init() {
        broadcast = StreamBroadcast(clock: time.clock) {}
    }

    private var application: some ApplicationProtocol {
        let router = Router(context: ServerRequestContext.self)
        let group = router.group("v1")
        StreamRoutes { [broadcast] id, _ throws(Problem) in
            guard id == "one" else { throw Problem(.notFound, "there is no such session") }
            return broadcast
        }.add(to: group)
        return Application(router: router)
    }

    /// Waits until a request waits for the stream.
    private func waiting() async {
        while await broadcast.hls.waiters.isEmpty { await Task.yield() }
    }

    private func write(_ pieces: [StreamPiece]) async {
        for piece in pieces {
            time.advance(by: .milliseconds(40))
            await broadcast.write(piece)
        }
    }

    @Test("the first playlist comes when a segment is whole; parts and segments have the stream's bytes")
    func files() async throws {
        var stream = MadeUpStream()
        let pieces = [MadeUpStream.beginning] + stream.fragments(60, keyFrameInterval: 50)
        try await application.test(.router) { client in
            async let playlist = client.execute(uri: "/v1/sessions/one/hls/index.m3u8?access_token=a%22b", method: .get)
            await waiting()
            await write(pieces)
            let answer = try await playlist
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/vnd.apple.mpegurl")
            let text = String(buffer: answer.body)
            #expect(text.contains("URI=\"init.mp4?access_token=a%22b\""))
            #expect(text.contains("\nsegment0.m4s?access_token=a%22b\n"))
            for (file, expected) in [
                ("init.mp4", pieces[0..<1]), ("segment0.m4s", pieces[1...50]), ("part0.0.m4s", pieces[1...5]),
                ("part1.1.m4s", pieces[56...60]),
            ] {
                let answer = try await client.execute(uri: "/v1/sessions/one/hls/\(file)", method: .get)
                #expect(answer.status == .ok)
                #expect(Array(answer.body.readableBytesView) == expected.flatMap(\.bytes), "\(file)")
            }
            for file in ["segment1.m4s", "part1.9.m4s", "part9.0.m4s", "other", "segment-1.m4s"] {
                let answer = try await client.execute(uri: "/v1/sessions/one/hls/\(file)", method: .get)
                #expect(answer.status == .notFound, "\(file)")
            }
            let other = try await client.execute(uri: "/v1/sessions/two/hls/index.m3u8", method: .get)
            #expect(other.status == .notFound)
        }
    }

    @Test("a request for what comes next is answered when it is there")
    func blocking() async throws {
        var stream = MadeUpStream()
        await write([MadeUpStream.beginning] + stream.fragments(60, keyFrameInterval: 50))
        let pieces = stream.fragments(5, keyFrameInterval: 50)
        try await application.test(.router) { client in
            let uri = "/v1/sessions/one/hls/index.m3u8"
            async let playlist = client.execute(uri: "\(uri)?_HLS_msn=1&_HLS_part=2", method: .get)
            await waiting()
            async let part = client.execute(uri: "/v1/sessions/one/hls/part1.2.m4s", method: .get)
            while await broadcast.hls.waiters.count < 2 { await Task.yield() }
            await write(Array(pieces.dropLast()))
            #expect(await broadcast.hls.waiters.count == 2)
            await write(pieces.suffix(1))
            let text = String(buffer: try await playlist.body)
            #expect(text.contains("part1.2.m4s\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"part1.3.m4s\""))
            #expect(Array(try await part.body.readableBytesView) == pieces.flatMap(\.bytes))
            for query in ["_HLS_part=1", "_HLS_msn=3", "_HLS_msn=1&_HLS_part=18", "_HLS_msn=x", "_HLS_msn=-1"] {
                #expect(try await client.execute(uri: "\(uri)?\(query)", method: .get).status == .badRequest)
            }
        }
    }

    @Test("a request that waits too long is told to come again")
    func timeOut() async throws {
        try await application.test(.router) { client in
            async let playlist = client.execute(uri: "/v1/sessions/one/hls/index.m3u8", method: .get)
            await waiting()
            while time.sleeperCount == 0 { await Task.yield() }
            time.advance(by: .seconds(6))
            let answer = try await playlist
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "1")
        }
    }

    @Test("nothing is kept for HLS before somebody asks, nor half a minute after; numbers go on")
    func idle() async throws {
        var stream = MadeUpStream()
        await write([MadeUpStream.beginning] + stream.fragments(100, keyFrameInterval: 50))
        #expect(await broadcast.hlsWindow == nil)
        let (used, unused) = (
            stream.fragments(700, keyFrameInterval: 50), stream.fragments(60, keyFrameInterval: 50)
        )
        try await application.test(.router) { client in
            let uri = "/v1/sessions/one/hls/index.m3u8"
            _ = try await client.execute(uri: uri, method: .get)
            #expect(await broadcast.hlsWindow != nil)
            #expect(await broadcast.watcherCount == 1)
            await write(used)
            let last = try #require(await broadcast.hlsWindow?.currentNumber)
            await write(unused)
            #expect(await broadcast.watcherCount == 0)
            #expect(await broadcast.hlsWindow == nil)
            let text = String(buffer: try await client.execute(uri: uri, method: .get).body)
            let sequence = try #require(text.split(separator: "#EXT-X-MEDIA-SEQUENCE:").last?.prefix { $0 != "\n" })
            #expect(try #require(Int(sequence)) > last)
        }
    }

    @Test("the video is the beginning and all fragments up to the end")
    func video() async throws {
        var stream = MadeUpStream()
        let pieces = [MadeUpStream.beginning] + stream.fragments(20, keyFrameInterval: 50)
        try await application.test(.live) { client in
            async let video = client.execute(uri: "/v1/sessions/one/video", method: .get)
            while await broadcast.watcherCount == 0 { await Task.yield() }
            await write(pieces)
            await broadcast.write(StreamPiece(.end))
            let answer = try await video
            #expect(answer.headers[.contentType] == "video/mp4")
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(Array(answer.body.readableBytesView) == pieces.flatMap(\.bytes))
        }
        #expect(await broadcast.watcherCount == 0)
    }
}
