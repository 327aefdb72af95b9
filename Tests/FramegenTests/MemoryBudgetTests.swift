import Framegen
import Testing

@Suite("The memory budget")
struct MemoryBudgetTests {
    @Test("is an eighth of what a small machine or container has, and no more than 700 MB")
    func standard() {
        #expect(MemoryBudget.standardInBytes(ofMemory: 1 << 30) == 1 << 27)
        #expect(MemoryBudget.standardInBytes(ofMemory: 0) == 0)
        #expect(MemoryBudget.standardInBytes(ofMemory: 1 << 40) == 700_000_000)
        #expect((1...700_000_000).contains(MemoryBudget.standardInBytes))
    }
}
