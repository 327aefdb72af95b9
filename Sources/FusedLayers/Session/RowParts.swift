import Dispatch

/// Parts of a result's rows, each filled by a thread with memory of its own.
///
/// Unchecked, as pointers are not sendable: no two parts have a row or memory in common, and all are done when `run`
/// returns.
struct RowParts: @unchecked Sendable {
    typealias Fill = (UnsafeMutablePointer<Float>, Range<Int>, RowMemory) -> Void

    let result: UnsafeMutablePointer<Float>
    /// One for each part.
    let memory: [RowMemory]
    let fill: Fill

    /// Fills all rows.
    func run(_ rowCount: Int) {
        let partCount = memory.count
        guard partCount > 1 else {
            for memory in memory { fill(result, 0..<rowCount, memory) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: partCount) { part in
            let rows = rowCount * part / partCount..<rowCount * (part + 1) / partCount
            fill(result, rows, memory[part])
        }
    }
}
