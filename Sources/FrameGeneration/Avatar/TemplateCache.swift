/// Prepared template frames, kept for when a walk over the template comes back to them, within a budget of memory.
package struct TemplateCache: Sendable {
    /// What the kept frames take together; never above the budget.
    package var byteCount: Int { frames.count * bytesPerFrame }
    private let capacity: Int
    private let bytesPerFrame: Int
    private var frames: [Int: PreparedFrame] = [:]

    /// - Parameters:
    ///   - budgetInBytes: for all frames together.
    ///   - bytesPerFrame: what one takes with all that is kept of it.
    package init(budgetInBytes: Int, bytesPerFrame: Int) {
        self.bytesPerFrame = max(bytesPerFrame, 1)
        capacity = budgetInBytes / self.bytesPerFrame
    }

    /// The frame, where it is kept.
    package func frame(_ templateIndex: Int) -> PreparedFrame? { frames[templateIndex] }

    /// Keeps `frame`, unless all that is kept is needed earlier.
    ///
    /// Walks are known, so what is let go for it is what all `walks` come to last.
    package mutating func keep(_ frame: PreparedFrame, for walks: some Collection<PingPong>) {
        guard capacity > 0, frames[frame.templateIndex] == nil else { return }
        if frames.count >= capacity {
            func distance(_ index: Int) -> Int { walks.map { $0.steps(until: index) }.min() ?? .max }
            let distances = frames.keys.map { (index: $0, distance: distance($0)) }
            guard let last = distances.max(by: { $0.distance < $1.distance }),
                last.distance > distance(frame.templateIndex)
            else { return }
            frames[last.index] = nil
        }
        frames[frame.templateIndex] = frame
    }
}
