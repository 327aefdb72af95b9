/// Prepared template frames, kept for when the walk over the template comes back to them, within a budget of memory.
struct TemplateCache: Sendable {
    /// What the kept frames take together; never above the budget.
    private(set) var byteCount = 0
    private let budgetInBytes: Int
    private var frames: [Int: PreparedFrame] = [:]

    init(budgetInBytes: Int) {
        self.budgetInBytes = budgetInBytes
    }

    /// The frame, where it is kept.
    func frame(_ templateIndex: Int) -> PreparedFrame? { frames[templateIndex] }

    /// Keeps `frame`, unless all that is kept is needed earlier.
    ///
    /// The walk is known, so what is let go for it is what `order` comes to last.
    mutating func keep(_ frame: PreparedFrame, in order: PingPong) {
        guard frames[frame.templateIndex] == nil, frame.byteCount <= budgetInBytes else { return }
        let ownDistance = order.steps(until: frame.templateIndex)
        while byteCount + frame.byteCount > budgetInBytes {
            let distances = frames.keys.map { (index: $0, distance: order.steps(until: $0)) }
            guard let last = distances.max(by: { $0.distance < $1.distance }), last.distance > ownDistance else {
                return
            }
            byteCount -= frames.removeValue(forKey: last.index)?.byteCount ?? 0
        }
        frames[frame.templateIndex] = frame
        byteCount += frame.byteCount
    }
}
