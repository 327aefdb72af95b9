import Hummingbird
import Media

/// A fragment as all watchers get it: they share its bytes.
struct BroadcastFragment: Sendable {
    /// Counted from the stream's first fragment on.
    let number: Int
    let bytes: ByteBuffer
    let times: StreamFragmentTimes
    /// When it came, on the broadcast's clock.
    let arrival: Duration
}

/// The newest fragments of a stream, no more than a number of bytes and of seconds.
struct FragmentWindow: Sendable {
    private(set) var fragments: ArraySlice<BroadcastFragment> = []
    private var byteCount = 0
    private let bytesAtMost: Int
    private let secondsAtMost: Double

    init(bytesAtMost: Int, secondsAtMost: Double) {
        self.bytesAtMost = bytesAtMost
        self.secondsAtMost = secondsAtMost
    }

    /// Number that the next fragment has.
    private(set) var endNumber = 0

    /// Number of the oldest one that is kept.
    var startNumber: Int { fragments.first?.number ?? endNumber }

    /// The newest one that players can begin at, if it is still kept.
    var newestKeyFrame: BroadcastFragment? { fragments.last { $0.times.isKeyFrame } }

    /// Adds the fragment that follows, and drops the oldest ones that are too many; the newest one always stays.
    mutating func append(_ bytes: ByteBuffer, _ times: StreamFragmentTimes, arrival: Duration) -> BroadcastFragment {
        let fragment = BroadcastFragment(number: endNumber, bytes: bytes, times: times, arrival: arrival)
        endNumber += 1
        fragments.append(fragment)
        byteCount += bytes.readableBytes
        while fragments.count > 1, let first = fragments.first,
            byteCount > bytesAtMost || times.startInSeconds - first.times.startInSeconds > secondsAtMost
        {
            byteCount -= first.bytes.readableBytes
            fragments.removeFirst()
        }
        return fragment
    }

    /// The fragment of a number; nil for one that is not there yet or no longer.
    subscript(number: Int) -> BroadcastFragment? {
        guard number >= startNumber, number < endNumber else { return nil }
        return fragments[fragments.startIndex + number - startNumber]
    }
}
