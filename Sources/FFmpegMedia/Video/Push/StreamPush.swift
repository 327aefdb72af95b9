public import FrameGeneration

/// Sends a stream to a media server, over and over when the connection is lost.
///
/// It never holds the stream up: what the server is too slow for is left out.
public actor StreamPush {
    /// What happens to a connection.
    public enum Event: Sendable {
        /// The server takes the stream.
        case connected
        /// It does not, or no longer; it is tried again.
        case failed(FramegenError)
    }

    /// Where it sends to.
    public nonisolated let address: PushAddress
    nonisolated let queue: PacketQueue
    private let streams: [StreamParameters]
    private let pause: @Sendable (Duration) async throws -> Void
    private let executor = StageExecutor(name: "push")

    /// Sending blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)

    init(
        to address: PushAddress, streams: [StreamParameters], requestKeyFrame: @escaping @Sendable () -> Void,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.address = address
        self.streams = streams
        self.pause = pause
        queue = PacketQueue(requestKeyFrame: requestKeyFrame)
    }

    /// Sends until the stream ends or the task is cancelled.
    ///
    /// After a failure it waits for a second, then twice as long each time, up to half a minute.
    ///
    /// - Parameter report: is told what happens.
    public func run(report: @Sendable (Event) async -> Void) async {
        let patience = PushPatience()
        await withTaskCancellationHandler {
            var wait = Self.firstPause
            while !Task.isCancelled {
                do throws(FramegenError) {
                    let connection = try PushConnection(to: address, streams: streams, patience: patience)
                    await report(.connected)
                    wait = Self.firstPause
                    try await send(over: connection)
                    return
                } catch {
                    queue.close()
                    guard !Task.isCancelled else { return }
                    await report(.failed(error))
                }
                // Nobody would get more than the end of the stream.
                guard !queue.hasEnded, (try? await pause(wait)) != nil else { return }
                wait = min(wait * 2, Self.longestPause)
            }
        } onCancel: {
            patience.cancel()
        }
    }

    private func send(over connection: PushConnection) async throws(FramegenError) {
        queue.open()
        for await _ in queue.arrivals {
            for packet in queue.takeAll() { try connection.write(packet) }
        }
        for packet in queue.takeAll() { try connection.write(packet) }
        if !Task.isCancelled { try connection.finish() }
    }
}

/// Hands packets on to a muxer, and copies of them to others.
final class CopyingMuxer: Muxer {
    private let muxer: any Muxer
    private let queues: [PacketQueue]

    init(_ muxer: any Muxer, copyingTo queues: [PacketQueue]) {
        self.muxer = muxer
        self.queues = queues
    }

    func write(_ packet: Packet, toStream stream: Int) throws(FramegenError) {
        let copy = EncodedPacket(packet, stream: stream)
        for queue in queues { queue.append(copy) }
        try muxer.write(packet, toStream: stream)
    }

    func finish() throws(FramegenError) { try muxer.finish() }
}
