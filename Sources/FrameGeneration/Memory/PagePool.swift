import Foundation
import Synchronization

/// Memory of whole pages, apart from the C library's heap.
///
/// Frames wander from one stage's thread to the next and are kept for as long as an avatar lives. A heap with an arena for
/// each thread keeps what was freed in one from the others, and gives nothing back below what is still in use; here,
/// what is let go is gone, but for a few blocks that the next frame takes again.
package final class PagePool: Sendable {
    static let shared = PagePool(limitInBytes: 32 << 20)

    /// What is smaller comes from the heap, where it does no harm.
    package static let smallestByteCount = 64 << 10

    private struct Block {
        let address: UInt
        let byteCount: Int
    }

    private struct State {
        /// The one that was given back last comes last.
        var free: [Block] = []
        var freeByteCount = 0
    }

    private let limitInBytes: Int
    private let state = Mutex(State())

    /// - Parameter limitInBytes: what blocks may take that nobody uses.
    package init(limitInBytes: Int) { self.limitInBytes = limitInBytes }

    /// What the blocks take that nobody uses.
    package var freeByteCount: Int { state.withLock { $0.freeByteCount } }

    /// The size of a block that has room for `byteCount` bytes: one of few, so that blocks fit again.
    package static func blockByteCount(for byteCount: Int) -> Int {
        (byteCount + smallestByteCount - 1) / smallestByteCount * smallestByteCount
    }

    /// A block of a size that `blockByteCount(for:)` gave; what is in it is not said.
    package func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let kept = state.withLock { state -> UInt? in
            guard let index = state.free.lastIndex(where: { $0.byteCount == byteCount }) else { return nil }
            state.freeByteCount -= byteCount
            return state.free.remove(at: index).address
        }
        if let pointer = kept.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) }) { return pointer }
        guard
            let pointer = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
            pointer != MAP_FAILED
            // As where an array finds no memory: nobody could go on.
        else { fatalError("no memory for \(byteCount) bytes") }
        return pointer
    }

    /// Takes a block back; beyond the limit, those go that were not wanted for longest.
    package func giveBack(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
        let gone = state.withLock { state in
            state.free.append(Block(address: UInt(bitPattern: pointer), byteCount: byteCount))
            state.freeByteCount += byteCount
            var count = 0
            while state.freeByteCount > limitInBytes {
                state.freeByteCount -= state.free[count].byteCount
                count += 1
            }
            defer { state.free.removeFirst(count) }
            return Array(state.free[..<count])
        }
        for block in gone { munmap(UnsafeMutableRawPointer(bitPattern: block.address), block.byteCount) }
    }
}
