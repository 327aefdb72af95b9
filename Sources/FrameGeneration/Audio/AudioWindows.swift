extension Generator {
    /// A window of rows that are all the same.
    func window(ofEqualRows row: [Float]) -> Tensor {
        Tensor(shape: [1] + audioShape, values: Array(repeatElement(row, count: audioRowsPerWindow).joined()))
    }
}

/// Assembles the window of feature rows around each frame, holding no more rows than one window.
///
/// Of a window of n rows, frame i sees the rows i−n/2 to i+n/2−1, zeros outside (Documentation/model-family/frames.md,
/// "One frame", 7, and "The 160 family"). Rows that are whole windows already are passed on as they are.
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
        guard let use = generator.use(ofRowsOf: source.rowShape) else {
            throw FramegenError(
                .invalidData,
                "\(source.name) has rows of the shape \(source.rowShape), expected \(generator.features.rowShape), or "
                    + "\(generator.audioShape) when each row is a window already, for \(generator.name)")
        }
        self.source = source
        rowsPerWindow = generator.audioRowsPerWindow
        shape = [1] + generator.audioShape
        rowsAreWindows = use == .windows
    }

    /// The window around row `row`, or nil when there is no such row.
    ///
    /// Rows before the window are let go, so `row` must not be smaller than in the call before.
    mutating func window(around row: Int) async throws(FramegenError) -> Tensor? {
        let half = rowsAreWindows ? 0 : rowsPerWindow / 2
        let last = rowsAreWindows ? row : row + half - 1
        try await read(through: last, keepingFrom: row - half)
        drop(before: row - half)
        guard row < firstHeld + held.count else { return nil }
        guard !rowsAreWindows else { return Tensor(shape: shape, values: held[row - firstHeld]) }

        var values: [Float] = []
        values.reserveCapacity(shape.reduce(1, *))
        let zeros = [Float](repeating: 0, count: source.rowShape.reduce(1, *))
        for index in row - half...last {
            let position = index - firstHeld
            values += held.indices.contains(position) ? held[position] : zeros
        }
        return Tensor(shape: shape, values: values)
    }

    /// Rows after `row`; nil while the source may have more than were needed up to now.
    func rowsLeft(after row: Int) -> Int? { sourceHasEnded ? firstHeld + held.count - 1 - row : nil }

    private mutating func read(through last: Int, keepingFrom first: Int) async throws(FramegenError) {
        while !sourceHasEnded, firstHeld + held.count <= last {
            guard let row = try await source.nextRow() else {
                sourceHasEnded = true
                return
            }
            guard row.count == source.rowShape.reduce(1, *) else {
                throw FramegenError(
                    .invalidData, "\(source.name) gave a row of \(row.count) values, expected \(source.rowShape)")
            }
            held.append(row)
            // A part of a speech may begin far from its first row.
            drop(before: first)
        }
    }

    private mutating func drop(before row: Int) {
        let count = min(max(0, row - firstHeld), held.count)
        held.removeFirst(count)
        firstHeld += count
    }
}
