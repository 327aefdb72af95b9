/// Assembles the window of feature rows around each frame, holding no more rows than one window.
///
/// Frame i sees the rows i−8 to i+7, zeros outside (spec: frames, "One frame", 7). Rows that are whole windows
/// already are passed on as they are.
struct AudioWindows {
    /// Rows of one window; the frame's own is the first of the second half.
    static let rowsPerWindow = 16

    private let source: any FeatureSource
    private let shape: [Int]
    private let rowsAreWindows: Bool
    /// Rows from `firstHeld` on.
    private var held: [[Float]] = []
    private var firstHeld = 0
    private var sourceHasEnded = false

    /// - Parameter shape: C×H×W of a window as the generator takes it.
    /// - Throws: `.invalidData` when the rows cannot make such a window.
    init(_ source: any FeatureSource, shape: [Int], generatorName: String) throws(FramegenError) {
        let windowSize = shape.reduce(1, *)
        guard source.rowSize == windowSize || source.rowSize * Self.rowsPerWindow == windowSize else {
            throw FramegenError(
                .invalidData,
                "the audio features have \(source.rowSize) values a row, expected \(windowSize / Self.rowsPerWindow) "
                    + "(or \(windowSize) when the rows are windows already) for \(generatorName)")
        }
        self.source = source
        self.shape = [1] + shape
        rowsAreWindows = source.rowSize == windowSize
    }

    /// The window around row `row`, or nil when there is no such row.
    ///
    /// - Parameter row: not smaller than in the call before.
    mutating func window(around row: Int) async throws(FramegenError) -> Tensor? {
        let half = rowsAreWindows ? 0 : Self.rowsPerWindow / 2
        let last = rowsAreWindows ? row : row + half - 1
        try await read(through: last)
        drop(before: row - half)
        guard row < firstHeld + held.count else { return nil }
        guard !rowsAreWindows else { return Tensor(shape: shape, values: held[row - firstHeld]) }

        var values: [Float] = []
        values.reserveCapacity(shape.reduce(1, *))
        let zeros = [Float](repeating: 0, count: source.rowSize)
        for index in row - half...last {
            let position = index - firstHeld
            values += held.indices.contains(position) ? held[position] : zeros
        }
        return Tensor(shape: shape, values: values)
    }

    private mutating func read(through last: Int) async throws(FramegenError) {
        while !sourceHasEnded, firstHeld + held.count <= last {
            guard let row = try await source.nextRow() else {
                sourceHasEnded = true
                return
            }
            held.append(row)
        }
    }

    private mutating func drop(before row: Int) {
        let count = min(max(0, row - firstHeld), held.count)
        held.removeFirst(count)
        firstHeld += count
    }
}
