import FrameGeneration
import Testing

@Suite("The hash of contents")
struct ContentHashTests {
    private func hash(_ pieces: [UInt8]...) throws -> [UInt8] {
        let hash = ContentHash()
        for piece in pieces { hash.update(piece) }
        return hash.finish()
    }

    @Test("is the same for the same bytes, in whatever pieces and as whatever numbers they come")
    func pieces() throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let whole = try hash(bytes)
        #expect(whole.count == ContentHash.byteCount)
        #expect(try hash(Array(bytes[..<13]), [], Array(bytes[13...])) == whole)
        let words = ContentHash()
        words.update(bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) })
        #expect(words.finish() == whole)
    }

    @Test("is another one for every bit that is changed, and every byte that is left out or added")
    func changes() throws {
        let bytes = [UInt8](repeating: 0, count: 40)
        var seen: Set = [try hash(bytes), try hash(bytes + [0]), try hash(Array(bytes.dropLast())), try hash([])]
        #expect(seen.count == 4)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(try seen.insert(hash(changed)).inserted)
        }
    }
}
