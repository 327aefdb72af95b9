import CFFmpeg
import FrameGeneration
import Media
import Testing

@Suite("The hash of contents")
struct ContentHashTests {
    private func hash(_ pieces: [UInt8]...) -> [UInt8] {
        let hash = ContentHash()
        for piece in pieces { hash.update(piece) }
        return hash.finish()
    }

    @Test("is the same for the same bytes, in whatever pieces and as whatever numbers they come")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let whole = hash(bytes)
        #expect(whole.count == ContentHash.byteCount)
        #expect(hash(Array(bytes[..<13]), [], Array(bytes[13...])) == whole)
        let words = ContentHash()
        words.update(bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) })
        #expect(words.finish() == whole)
    }

    @Test("is another one for every bit that is changed, and every byte that is left out or added")
    func changes() {
        let bytes = [UInt8](repeating: 0, count: 40)
        var seen: Set = [hash(bytes), hash(bytes + [0]), hash(Array(bytes.dropLast())), hash([])]
        #expect(seen.count == 4)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(seen.insert(hash(changed)).inserted)
        }
    }

    @Test(
        "is libavutil's, which files of earlier versions were hashed with",
        arguments: [0, 1, 7, 8, 15, 16, 17, 31, 1000])
    func asLibavutil(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
        let state = try #require(av_murmur3_alloc())
        defer { av_free(UnsafeMutableRawPointer(state)) }
        av_murmur3_init(state)
        av_murmur3_update(state, bytes, bytes.count)
        var expected = [UInt8](repeating: 0, count: 16)
        av_murmur3_final(state, &expected)
        #expect(hash(bytes) == expected)
    }
}
