package import FrameGeneration
import MediaSupport
import Synchronization

/// Encoded pictures of one avatar while it is silent, for all of its live streams.
///
/// A silent person goes through the same pictures again and again. They are encoded once, in groups of which each begins
/// with a key frame that nothing after it looks behind, so that a group can follow any other picture.
package final class SilentGroups: Sendable {
    /// Where a group begins.
    struct Start: Sendable, Hashable {
        /// As the stream is encoded: groups of other settings, or of another size, do not fit.
        let settings: VideoSettings
        let frameSize: ImageSize
        /// Step of the walk over the template.
        let walkStep: Int
        /// The frame's index modulo the pictures that come to a whole number of steps: it says which steps the next ones show.
        let place: Int
        /// Whether the walk stands still there.
        let isStill: Bool
    }

    /// A picture that was encoded.
    struct Picture: Sendable {
        let walkStep: Int
        let packet: EncodedPacket
    }

    private struct State {
        var groups: [Start: [Picture]] = [:]
        var byteCount = 0
    }

    /// Steps of the walk over the template in a second.
    let stepRate: FrameRate
    private let limitInBytes: Int
    private let state = Mutex(State())

    /// Nothing is kept yet.
    ///
    /// - Parameters:
    ///   - stepRate: of the avatar's walk over its template, in steps a second.
    ///   - limitInBytes: what all groups may take. By default room for some minutes of pictures of 720 rows; what comes later
    ///     is encoded each time.
    package init(stepRate: FrameRate, limitInBytes: Int = 64 << 20) {
        self.stepRate = stepRate
        self.limitInBytes = limitInBytes
    }

    /// Whether a stream of a rate has its silence encoded once.
    package func serves(_ frameRate: FrameRate) -> Bool { SilentGroupWalk.ratio(of: stepRate, to: frameRate) != nil }

    /// The group that begins there; nil where none is kept.
    func group(at start: Start) -> [Picture]? { state.withLock { $0.groups[start] } }

    /// Keeps a group, if there is room for it.
    func keep(_ group: [Picture], at start: Start) {
        let byteCount = group.reduce(0) { $0 + $1.packet.bytes.count }
        state.withLock { state in
            guard state.groups[start] == nil, state.byteCount + byteCount <= limitInBytes else { return }
            state.groups[start] = group
            state.byteCount += byteCount
        }
    }
}
