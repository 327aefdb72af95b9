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
        let pictureSize: ImageSize
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

    private struct Group {
        let pictures: [Picture]
        var lastUse: Int

        var byteCount: Int { pictures.reduce(0) { $0 + $1.packet.bytes.count } }
    }

    private struct State {
        var groups: [Start: Group] = [:]
        var byteCount = 0
        var useCount = 0
    }

    /// Steps of the walk over the template in a second.
    let stepRate: FrameRate
    /// Steps after which the walk is where it was.
    let roundLength: Int
    private let limitInBytes: Int
    private let state = Mutex(State())

    /// Nothing is kept yet.
    ///
    /// - Parameters:
    ///   - stepRate: of the avatar's walk over its template, in steps a second.
    ///   - roundLength: steps after which the walk is where it was.
    ///   - limitInBytes: what all groups may take. By default room for some minutes of pictures of 720 rows; the longest
    ///     unused go first.
    package init(stepRate: FrameRate, roundLength: Int, limitInBytes: Int = 64 << 20) {
        self.stepRate = stepRate
        self.roundLength = roundLength
        self.limitInBytes = limitInBytes
    }

    /// Whether a stream of a rate has its silence encoded once.
    package func serves(_ frameRate: FrameRate) -> Bool { SilentGroupWalk.ratio(of: self, to: frameRate) != nil }

    /// What all groups take.
    package var byteCount: Int { state.withLock { $0.byteCount } }

    /// The group that begins there; nil where none is kept.
    func group(at start: Start) -> [Picture]? {
        state.withLock { state in
            state.useCount += 1
            state.groups[start]?.lastUse = state.useCount
            return state.groups[start]?.pictures
        }
    }

    /// Keeps a group, if there is room for it.
    func keep(_ pictures: [Picture], at start: Start) {
        state.withLock { state in
            state.useCount += 1
            let group = Group(pictures: pictures, lastUse: state.useCount)
            guard state.groups[start] == nil, group.byteCount <= limitInBytes else { return }
            state.byteCount += group.byteCount
            while state.byteCount > limitInBytes,
                let oldest = state.groups.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.byteCount -= oldest.value.byteCount
                state.groups[oldest.key] = nil
            }
            state.groups[start] = group
        }
    }
}
