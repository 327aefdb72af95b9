/// Assembles the window of feature rows around each frame, holding no more rows than one window.
///
/// Frame i sees the rows i−8 to i+7, zeros outside (spec: frames, "One frame", 7). Rows that are whole windows
/// already are passed on as they are.
struct AudioWindows {
    private let source: any FeatureSource
    /// Rows of one window; the frame's own is the first of the second half.
    private let rowsPerWindow: Int
    private let shape: [Int]
    private let rowsAreWindows: Bool
    /// Rows from `firstHeld` on.
    private var held: [[Float]] = []
    private var firstHeld = 0
    private var sourceHasEnded = false

    /// - Throws: `.invalidData` when the rows cannot make such windows as `generator` takes.
    init(_ source: any FeatureSource, for generator: Generator) throws(FramegenError) {
        let windowSize = generator.audioShape.reduce(1, *)
        let rowSize = windowSize / generator.audioRowsPerWindow
        guard source.rowSize == windowSize || source.rowSize == rowSize else {
            throw FramegenError(
                .invalidData,
                "the audio features have \(source.rowSize) values a row, expected \(rowSize) "
                    + "(or \(windowSize) when the rows are windows already) for \(generator.name)")
        }
        self.source = source
        rowsPerWindow = generator.audioRowsPerWindow
        shape = [1] + generator.audioShape
        rowsAreWindows = source.rowSize == windowSize
    }

    /// The window around row `row`, or nil when there is no such row.
    ///
    /// Rows before the window are let go, so `row` must not be smaller than in the call before.
    mutating func window(around row: Int) async throws(FramegenError) -> Tensor? {
        let half = rowsAreWindows ? 0 : rowsPerWindow / 2
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
