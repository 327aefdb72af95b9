/// 128 bits that tell contents from one another: MurmurHash3 in its 64-bit form, with the seed of FFmpeg's libavutil.
///
/// It finds what has changed or was damaged by accident, which is what it is for; who means to can make two contents of
/// one hash. A hash that nobody can forge takes many times as long, as long as computing what is to be checked.
package final class ContentHash {
    /// Bytes of a hash.
    package static let byteCount = 16
    private static let seed: UInt64 = 0x725a_cc55_dadd_ca55
    private static let factors: (UInt64, UInt64) = (0x87c3_7b91_1142_53d5, 0x4cf5_ad43_2745_937f)

    private var state = (seed, seed)
    private var count = 0
    /// Bytes that do not fill a block yet.
    private var rest: [UInt8] = []

    /// The hash of nothing yet.
    package init() { rest.reserveCapacity(Self.byteCount) }

    /// Adds the bytes of `values`, as they lie in memory.
    package func update(_ values: [some BitwiseCopyable]) { values.withUnsafeBytes(add) }

    /// Adds the bytes of `values`, as they lie in memory.
    package func update(_ values: PageArray<some BitwiseCopyable>) {
        values.withUnsafeBufferPointer { add(UnsafeRawBufferPointer($0)) }
    }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        var position = 0
        if !rest.isEmpty {
            position = min(Self.byteCount - rest.count, bytes.count)
            rest += bytes[..<position]
            guard rest.count == Self.byteCount else { return }
            rest.withUnsafeBytes { state = Self.mixed(state, with: $0, at: 0) }
            rest.removeAll(keepingCapacity: true)
        }
        var next = state
        while position + Self.byteCount <= bytes.count {
            next = Self.mixed(next, with: bytes, at: position)
            position += Self.byteCount
        }
        state = next
        rest += bytes[position...]
    }

    /// The hash of all that was added; nothing can be added after that.
    package func finish() -> [UInt8] {
        let block = rest + Array(repeating: 0, count: Self.byteCount - rest.count)
        var (first, second) = block.withUnsafeBytes { Self.keys($0, at: 0) }
        first ^= state.0 ^ UInt64(count)
        second ^= state.1 ^ UInt64(count)
        first &+= second
        second &+= first
        (first, second) = (Self.spread(first), Self.spread(second))
        first &+= second
        second &+= first
        return [first, second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    @inline(__always)
    private static func mixed(
        _ state: (UInt64, UInt64), with bytes: UnsafeRawBufferPointer, at position: Int
    ) -> (UInt64, UInt64) {
        let keys = keys(bytes, at: position)
        let first = (rotated(state.0 ^ keys.0, by: 27) &+ state.1) &* 5 &+ 0x52dc_e729
        return (first, (rotated(state.1 ^ keys.1, by: 31) &+ first) &* 5 &+ 0x3849_5ab5)
    }

    @inline(__always)
    private static func keys(_ bytes: UnsafeRawBufferPointer, at position: Int) -> (UInt64, UInt64) {
        let first = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let second = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))
        return (
            rotated(first &* factors.0, by: 31) &* factors.1, rotated(second &* factors.1, by: 33) &* factors.0
        )
    }

    @inline(__always)
    private static func rotated(_ word: UInt64, by count: UInt64) -> UInt64 {
        word &<< count | word &>> (64 &- count)
    }

    private static func spread(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
        word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return word ^ word >> 33
    }
}
