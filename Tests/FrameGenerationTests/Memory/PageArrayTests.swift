import FrameGeneration
import Testing

@Suite("Memory in pages")
struct PageArrayTests {
    /// Short enough for the heap, and long enough for pages.
    private static let counts = [0, 1, 100, 200_000]

    @Test("an array holds what an array holds, whatever is done to it", arguments: counts)
    func likeArray(count: Int) {
        var expected = (0..<count).map { UInt16(truncatingIfNeeded: $0) }
        var values = PageArray(expected)
        func expectSame(_ comment: Comment) {
            #expect(values.count == expected.count && Array(values) == expected, comment)
        }
        expectSame("made")
        values.append(7)
        expected.append(7)
        expectSame("one more")
        values.append(contentsOf: expected)
        expected += expected
        expectSame("itself once more")
        let middle = expected.count / 3..<expected.count / 2
        for replacement in [[1, 2, 3], [], Array(repeating: 9, count: middle.count + 70_000)] as [[UInt16]] {
            values.replaceSubrange(middle, with: replacement)
            expected.replaceSubrange(middle, with: replacement)
            expectSame("\(replacement.count) for \(middle.count)")
        }
        #expect(values == PageArray(expected) && values != PageArray(expected.dropLast()))
    }

    @Test("a copy keeps its values when the other is changed", arguments: [1, 200_000])
    func value(count: Int) {
        let first = PageArray<Float>(repeating: 1, count: count)
        var (second, third) = (first, first)
        second[0] = 2
        var span = third.mutableSpan
        span[count - 1] = 3
        #expect(first.allSatisfy { $0 == 1 } && second[0] == 2 && third.last == 3)
    }

    @Test("the last owner gives its pages back, of which the pool keeps as many as it may")
    func bounded() {
        let pool = PagePool(limitInBytes: 3 * PagePool.smallestByteCount)
        let size = PagePool.blockByteCount(for: PagePool.smallestByteCount)
        let blocks = (0..<5).map { _ in pool.take(size) }
        #expect(Set(blocks).count == 5 && pool.freeByteCount == 0)
        for block in blocks { pool.giveBack(block, size) }
        #expect(pool.freeByteCount == 3 * size)
        // Those that were given back last are taken again.
        #expect(Set((0..<3).map { _ in pool.take(size) }) == Set(blocks[2...]) && pool.freeByteCount == 0)
        let large = pool.take(4 * size)
        pool.giveBack(large, 4 * size)
        #expect(pool.freeByteCount == 0)
    }
}
