import FrameGeneration
import Synchronization

/// Packets between an encoder that never waits and a connection that may be slow.
///
/// When the connection is too slow by more than the queue holds, all that waits is dropped, and it goes on at the next key
/// frame.
final class PacketQueue: Sendable {
    /// Whether no packet follows.
    var hasEnded: Bool { end.isRaised }
    private let end = AtomicFlag()

    private struct State {
        var packets: [EncodedPacket] = []
        var byteCount = 0
        var isOpen = false
        var needsKeyFrame = true
    }

    /// Something has come since the last one.
    let arrivals: AsyncStream<Void>
    private let sendArrival: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    private let limitInBytes: Int
    private let requestKeyFrame: @Sendable () -> Void

    /// - Parameters:
    ///   - limitInBytes: by default some seconds of a stream.
    ///   - requestKeyFrame: makes the encoder's next picture one that players can begin at.
    init(limitInBytes: Int = 4 << 20, requestKeyFrame: @escaping @Sendable () -> Void) {
        self.limitInBytes = limitInBytes
        self.requestKeyFrame = requestKeyFrame
        (arrivals, sendArrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes packets from the next key frame on.
    func open() {
        state.withLock { $0 = State(isOpen: true) }
        requestKeyFrame()
    }

    /// Takes none.
    func close() { state.withLock { $0 = State() } }

    /// None follows; what waits can still be taken.
    func finish() {
        end.raise()
        sendArrival.finish()
    }

    /// Adds a packet, if the queue is open and the packet can be shown.
    func append(_ packet: EncodedPacket) {
        let overflowed = state.withLock { state in
            guard state.isOpen else { return false }
            if state.needsKeyFrame {
                guard packet.stream == 0, packet.isKey else { return false }
                state.needsKeyFrame = false
            }
            guard state.byteCount + packet.bytes.count <= limitInBytes else {
                state = State(isOpen: true)
                return true
            }
            state.packets.append(packet)
            state.byteCount += packet.bytes.count
            return false
        }
        if overflowed { requestKeyFrame() } else { sendArrival.yield() }
    }

    /// All that waits, in order.
    func takeAll() -> [EncodedPacket] {
        state.withLock { state in
            defer { (state.packets, state.byteCount) = ([], 0) }
            return state.packets
        }
    }
}
