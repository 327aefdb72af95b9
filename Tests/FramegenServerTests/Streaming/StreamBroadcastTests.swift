import Hummingbird
import Media
import Testing

@testable import FramegenServer

@Suite("Broadcasts", .timeLimit(.minutes(2)))
struct StreamBroadcastTests {
    private let time = ManualClock()
    private let requests = KeyFrameRequests()

    private func broadcast(_ settings: StreamBroadcastSettings = StreamBroadcastSettings()) -> StreamBroadcast {
        StreamBroadcast(settings: settings, clock: time.clock) { [requests] in requests.add() }
    }

    private func text(_ piece: StreamPiece) -> String { String(decoding: piece.bytes, as: UTF8.self) }

    /// The next pieces for a watcher, as text.
    private func take(_ count: Int, from watcher: StreamWatcher) async -> [String] {
        var taken: [String] = []
        while taken.count < count, let bytes = await watcher.next() { taken.append(String(buffer: bytes)) }
        return taken
    }

    @Test("who joins in the middle gets the beginning, and every byte from a new key frame on")
    func joining() async throws {
        let broadcast = broadcast()
        var stream = MadeUpStream()
        await broadcast.write(MadeUpStream.beginning)
        for piece in stream.fragments(30, keyFrameInterval: 50) {
            time.advance(by: .milliseconds(40))
            await broadcast.write(piece)
        }
        let watcher = try await broadcast.watch()
        #expect(requests.count == 1)
        await broadcast.write(stream.fragment())
        let pieces = [stream.fragment(isKeyFrame: true)] + (0..<9).map { _ in stream.fragment() }
        for piece in pieces { await broadcast.write(piece) }
        #expect(await take(11, from: watcher) == ["beginning;"] + pieces.map(text))
    }

    @Test("key frames are asked for twice a second at most; who joins meanwhile begins at the newest one")
    func requestsAreSpaced() async throws {
        let broadcast = broadcast()
        var stream = MadeUpStream()
        await broadcast.write(MadeUpStream.beginning)
        let early = try await broadcast.watch()
        let waiting = try await broadcast.watch()
        #expect(requests.count == 1)
        let key = stream.fragment(isKeyFrame: true)
        let next = stream.fragment()
        await broadcast.write(key)
        await broadcast.write(next)
        time.advance(by: .milliseconds(400))
        let late = try await broadcast.watch()
        #expect(requests.count == 1)
        for watcher in [early, waiting, late] {
            #expect(await take(3, from: watcher) == ["beginning;", text(key), text(next)])
        }
        time.advance(by: .milliseconds(200))
        let last = try await broadcast.watch()
        #expect(requests.count == 2)
        await last.leave()
    }

    @Test("one who is too slow is moved to the newest key frame, then let go, and the others get all")
    func slowWatcher() async throws {
        var settings = StreamBroadcastSettings()
        settings.lagInSeconds = 1
        let broadcast = broadcast(settings)
        var stream = MadeUpStream()
        await broadcast.write(MadeUpStream.beginning)
        await broadcast.write(stream.fragment(isKeyFrame: true))
        let fast = try await broadcast.watch()
        let slow = try await broadcast.watch()
        let recovering = try await broadcast.watch()
        #expect(await take(2, from: fast) == ["beginning;", "K0;"])
        _ = await take(1, from: slow)
        #expect(await take(2, from: recovering) == ["beginning;", "K0;"])
        for number in 1...100 {
            let piece = stream.fragment(isKeyFrame: number % 10 == 0)
            await broadcast.write(piece)
            #expect(await take(1, from: fast) == [text(piece)])
            if number == 40 {
                // It was moved; all from there on, and then it has caught up.
                #expect(await take(1, from: recovering).first?.hasPrefix("K") == true)
            } else if number > 40 {
                while await broadcast.isBehind(recovering.id) { _ = await take(1, from: recovering) }
            }
        }
        #expect(await broadcast.watcherCount == 2)
        #expect(await slow.next() == nil)
        let piece = stream.fragment()
        await broadcast.write(piece)
        #expect(await take(1, from: recovering) == [text(piece)])
    }

    @Test("a hundred watchers get the same bytes, none of them copied")
    func manyWatchers() async throws {
        let broadcast = broadcast()
        var stream = MadeUpStream()
        await broadcast.write(MadeUpStream.beginning)
        var watchers: [StreamWatcher] = []
        for _ in 0..<100 { watchers.append(try await broadcast.watch()) }
        #expect(await broadcast.watcherCount == 100)
        #expect(requests.count == 1)
        let pieces = [stream.fragment(isKeyFrame: true, byteCount: 4000)] + stream.fragments(20, keyFrameInterval: 50)
        let expected = [MadeUpStream.beginning.bytes] + pieces.map(\.bytes)
        let addresses = await withTaskGroup(of: [UInt]?.self) { group in
            for watcher in watchers {
                group.addTask {
                    var addresses: [UInt] = []
                    for bytes in expected {
                        guard let got = await watcher.next(), Array(got.readableBytesView) == bytes else { return nil }
                        addresses.append(got.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) })
                    }
                    return addresses
                }
            }
            for piece in pieces { await broadcast.write(piece) }
            return await group.reduce(into: [[UInt]?]()) { $0.append($1) }
        }
        #expect(addresses.count == 100)
        #expect(Set(addresses).count == 1)
        #expect(addresses.first != .some(nil))
    }

    @Test("what is kept does not grow, however long nobody takes it", arguments: [10, 100_000])
    func boundedMemory(keyFrameInterval: Int) async throws {
        var settings = StreamBroadcastSettings()
        settings.lagInBytes = 50_000
        let broadcast = broadcast(settings)
        var stream = MadeUpStream()
        await broadcast.write(MadeUpStream.beginning)
        let watcher = try await broadcast.watch()
        for index in 0..<3000 {
            await broadcast.write(stream.fragment(isKeyFrame: index % keyFrameInterval == 0, byteCount: 1000))
        }
        let kept = await broadcast.window.fragments
        #expect(kept.count == 50)
        #expect(kept.reduce(0) { $0 + $1.bytes.readableBytes } <= 50_000)
        await watcher.leave()
    }

    @Test("a watcher whose task is cancelled, or who leaves, is gone")
    func leaving() async throws {
        let broadcast = broadcast()
        let watcher = try await broadcast.watch()
        let task = Task { await watcher.next() }
        task.cancel()
        #expect(await task.value == nil)
        #expect(await watcher.next() == nil)
        #expect(await broadcast.watcherCount == 0)
    }

    @Test("a stream that ends ends for all, after the last byte")
    func end() async throws {
        let broadcast = broadcast()
        var stream = MadeUpStream()
        let watcher = try await broadcast.watch()
        await broadcast.write(MadeUpStream.beginning)
        await broadcast.write(stream.fragment(isKeyFrame: true))
        await broadcast.write(StreamPiece(.end))
        #expect(await take(5, from: watcher) == ["beginning;", "K0;"])
        #expect(await broadcast.watcherCount == 0)
        await #expect(throws: Problem.self) { try await broadcast.watch() }
    }

    @Test("there is a limit to how many watch")
    func limit() async throws {
        var settings = StreamBroadcastSettings()
        settings.watchersAtMost = 2
        let broadcast = broadcast(settings)
        let watchers = [try await broadcast.watch(), try await broadcast.watch()]
        let problem = await #expect(throws: Problem.self) { try await broadcast.watch() }
        #expect(problem?.kind == .noRoom)
        for watcher in watchers { await watcher.leave() }
        await #expect(throws: Never.self) { try await broadcast.watch().leave() }
    }
}
