import Framegen
import Testing

@Suite("The memory budget")
struct MemoryBudgetTests {
    @Test("a size wants its unit, but for zero")
    func units() {
        #expect(MemoryBudget.bytes("512MiB") == 512 << 20 && MemoryBudget.bytes("1.5GB") == 1_500_000_000)
        #expect(MemoryBudget.bytes("0") == 0)
        for text in ["5", "700000000", "", "MiB", "-1MiB", "1 MiB", "1TB", "0.0"] {
            #expect(MemoryBudget.bytes(text) == nil, "\(text)")
        }
    }

    @Test("is an eighth of what a small machine or container has, and no more than 700 MB")
    func standard() {
        #expect(MemoryBudget.standardInBytes(ofMemory: 1 << 30) == 1 << 27)
        #expect(MemoryBudget.standardInBytes(ofMemory: 0) == 0)
        #expect(MemoryBudget.standardInBytes(ofMemory: 1 << 40) == 700_000_000)
        #expect((1...700_000_000).contains(MemoryBudget.standardInBytes))
    }
}
