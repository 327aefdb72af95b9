import Foundation
import FrameGeneration
import Media
import Synchronization
import TestSupport
import Testing

@Suite("Streams that are sent to media servers", .timeLimit(.minutes(2)))
struct StreamPushTests {
    /// Takes a stream that nobody watches.
    private struct Nobody: StreamWriter {
        func write(_ piece: StreamPiece) {}
    }

    private let movie: TestMovie

    init() throws {
        movie = TestMovie(
            rate: try #require(FrameRate(25)), format: SoundTrackFormat(sampleRate: 48_000, channelCount: 2),
            frameCount: 50)
    }

    private func sink() throws -> VideoStreamSink {
        try VideoStreamSink(
            to: Nobody(), frameSize: TestMovie.size,
            settings: VideoSettings(frameRate: movie.rate, preset: .ultrafast, threads: 1, lowDelay: true),
            sound: movie.format)
    }

    @Test(
        "An address is a server's, and is shown without what may be secret",
        arguments: [
            ("rtmp://media.example/live/secret", "rtmp://media.example"),
            ("RTMPS://user:secret@Media.Example:443/live", "rtmps://media.example"),
            ("srt://[::1]:8890?streamid=secret&passphrase=secret", "srt://::1"),
            ("rtsp://127.0.0.1:8554/secret", "rtsp://127.0.0.1"),
        ])
    func address(text: String, shown: String) throws {
        #expect(try PushAddress(text).description == shown)
    }

    @Test(
        "Nothing else is an address, and no error shows what was given",
        arguments: [
            "", "media.example/secret", "http://media.example/secret", "file:///secret", "rtmp:///secret",
            "rtmp://media.example/secret key", "rtmp://media.example/secret\n", "srt://media.example",
            "srt://media.example:99999", "srt://media.example:8890?mode=listener", "tcp://media.example:1/secret",
            "rtmp://media.example/#secret", "rtmp://secret@secret@media.example/", "rtmp://media.example\\@secret/",
            "rtmp://media.example/" + String(repeating: "secret", count: 400),
        ])
    func badAddress(text: String) {
        let error = #expect(throws: FramegenError.self) { try PushAddress(text) }
        #expect(error?.code == .invalidRequest && error?.message.contains("secret") == false)
    }

    @Test("A server that is not there is tried again, after longer and longer waits, and holds no frame up")
    func refused() async throws {
        let sink = try sink()
        let pauses = Mutex<[Duration]>([])
        // Port 1 of this machine: nothing listens there.
        let push = try await sink.push(to: try PushAddress("rtmp://127.0.0.1:1/live/secret")) { duration in
            let count = pauses.withLock { pauses in
                pauses.append(duration)
                return pauses.count
            }
            if count == 8 { throw CancellationError() }
        }
        async let pushing: Void = push.run { event in
            guard case .failed(let error) = event else {
                Issue.record("\(event)")
                return
            }
            #expect(error.code == .cannotWrite && error.message.hasPrefix("rtmp://127.0.0.1 takes no stream"))
            #expect(!error.message.contains("secret"))
        }
        for index in 0..<movie.frameCount { try await sink.write(movie.frame(index)) }
        await pushing
        try await sink.finish()
        let expected: [Duration] = [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) }
        #expect(pauses.withLock { $0 } == expected)
    }

    @Test("Of a stream that has ended nothing is sent again")
    func ended() async throws {
        let sink = try sink()
        let push = try await sink.push(to: try PushAddress("rtmp://127.0.0.1:1/live/key")) { _ in
            Issue.record("it waits for another try")
        }
        try await movie.write(to: sink)
        let failures = Mutex(0)
        await push.run { _ in failures.withLock { $0 += 1 } }
        #expect(failures.withLock { $0 } == 1)
    }

    @Test("A server that does not answer is waited for no longer than its task lives")
    func silent() async throws {
        let server = try SilentServer()
        let sink = try sink()
        let push = try await sink.push(to: try PushAddress("rtmp://127.0.0.1:\(server.port)/live/key"))
        let pushing = Task { await push.run { event in Issue.record("\(event)") } }
        // Its handshake has come, so it waits for an answer.
        try await server.receive()
        pushing.cancel()
        await pushing.value
    }

    /// Takes a connection and says nothing.
    private final class SilentServer: Sendable {
        private let socket: Int32
        let port: Int

        init() throws {
            #if canImport(Glibc)
                let kind = Int32(SOCK_STREAM.rawValue)
            #else
                let kind = SOCK_STREAM
            #endif
            let socket = Foundation.socket(AF_INET, kind, 0)
            self.socket = socket
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(socket, pointer, length) == 0 && listen(socket, 1) == 0
                        && getsockname(socket, pointer, &length) == 0
                }
            }
            try #require(status)
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(socket) }

        /// Returns when the first bytes of a connection have come.
        func receive() async throws {
            try await runBlocking { [socket] () throws(FramegenError) in
                let connection = accept(socket, nil, nil)
                var byte: UInt8 = 0
                guard connection >= 0, recv(connection, &byte, 1, 0) == 1 else {
                    throw FramegenError(.internalFailure, "nobody came")
                }
            }
        }
    }
}
