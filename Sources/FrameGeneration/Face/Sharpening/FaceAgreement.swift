/// Where a face shows what its template shows, 0…1 in cells of the network's square: there the template's detail is the
/// face's too.
///
/// Another light or colour does not count, nor what differs everywhere, such as grain that the network does not paint. A
/// mouth that has moved counts.
struct FaceAgreement {
    /// Pixels of the square that a cell is wide.
    private static let cellSide = 4
    /// Levels of another light or colour that are no difference.
    private static let usualCast: Float = 12
    /// Levels above the usual difference from where on a face shows something else, and is sure to.
    private static let limits: (first: Float, last: Float) = (2, 5)
    /// The usual difference at most, in levels.
    private static let mostUsual: Float = 8

    /// What stands for 1.
    static let whole: Int16 = 256
    /// So many bits say how far a pixel is from one cell to the next.
    fileprivate static let placeBits: Int16 = 6
    /// Steps in which the usual difference is found.
    private static let usualSteps = 256

    /// Of 256ths.
    private let cells: [Int16]
    private let columns: Int
    private let rows: Int

    /// - Parameters:
    ///   - face: the square that the network filled in, softened, so that what is only less sharp is no difference.
    ///   - own: the same of the template.
    init(of face: PixelImage, with own: PixelImage) {
        let side = Self.cellSide
        columns = (face.width + side - 1) / side
        rows = (face.height + side - 1) / side
        var sums = [SIMD4<Float>](repeating: .zero, count: columns * rows)
        for y in 0..<face.height {
            addDifferences(
                face.pixels.span.extracting(face.rowRange(y)), own.pixels.span.extracting(own.rowRange(y)),
                cellSide: side, to: &sums, from: y / side * columns)
        }
        var differences = [Float](repeating: 0, count: sums.count)
        var counts = [Int](repeating: 0, count: Self.usualSteps + 1)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = SIMD4<Float>.zero
                for near in max(row - 1, 0)...min(row + 1, rows - 1) {
                    for place in max(column - 1, 0)...min(column + 1, columns - 1) {
                        sum += sums[near * columns + place]
                    }
                }
                let mean = sum / sum.z
                let spread = max(mean.y - mean.x * mean.x, 0)
                let excess = max(abs(mean.x) - Self.usualCast, 0)
                counts[Int(min(spread.squareRoot() / Self.mostUsual, 1) * Float(Self.usualSteps))] += 1
                differences[row * columns + column] = (spread + excess * excess).squareRoot()
            }
        }
        // The median, by counting.
        var (median, count) = (0, counts[0])
        while count <= sums.count / 2, median < Self.usualSteps {
            median += 1
            count += counts[median]
        }
        let usual = Float(median) * Self.mostUsual / Float(Self.usualSteps)
        cells = differences.map { difference in
            let part = (difference - usual - Self.limits.first) / (Self.limits.last - Self.limits.first)
            return Int16(((1 - smooth(part)) * Float(Self.whole)).rounded())
        }
    }

    /// The agreement along a face's rows, when it is resized to `size`.
    func lines(for size: ImageSize) -> Lines { Lines(cells, columns: columns, rows: rows, size) }

    /// One row after the other, each with a value for each byte.
    struct Lines {
        private let cells: [Int16]
        private let rows: Int
        private let height: Int
        /// For each column of pixels the cell to the left of its middle, the next, and how far it is on the way there.
        private let places: [(left: Int, right: Int, part: Int16)]
        private let columns: Int
        /// Rows of cells stretched to the width, of which the two around a row of pixels are kept.
        private var stretched: (top: [Int16], bottom: [Int16])
        private var stretchedRow = -2
        private(set) var line: [Int16]

        fileprivate init(_ cells: [Int16], columns: Int, rows: Int, _ size: ImageSize) {
            self.cells = cells
            self.columns = columns
            self.rows = rows
            height = size.height
            places = (0..<size.width).map { x in
                let (cell, part) = FaceAgreement.place(x, of: size.width, cells: columns)
                return (cell, min(cell + 1, columns - 1), part)
            }
            line = [Int16](repeating: 0, count: size.width * PixelImage.channels)
            stretched = (line, line)
        }

        /// Fills `line` for row `y`.
        mutating func fill(_ y: Int) {
            guard !move(to: y) else { return }
            for i in line.indices { line[i] = FaceAgreement.whole }
        }

        /// Fills `line` for row `y`; false where it is `whole` everywhere, and then `line` is not filled.
        mutating func move(to y: Int) -> Bool {
            let (row, part) = FaceAgreement.place(y, of: height, cells: rows)
            let below = min(row + 1, rows - 1)
            let isAll =
                cells[row * columns..<(row + 1) * columns].allSatisfy { $0 == FaceAgreement.whole }
                && cells[below * columns..<(below + 1) * columns].allSatisfy { $0 == FaceAgreement.whole }
            guard !isAll else { return false }
            if row != stretchedRow {
                // From one row of cells to the next, what was below is above.
                if row == stretchedRow + 1 {
                    (stretched.top, stretched.bottom) = (stretched.bottom, stretched.top)
                } else {
                    Self.stretch(cells[row * columns..<(row + 1) * columns].span, places, to: &stretched.top)
                }
                Self.stretch(cells[below * columns..<(below + 1) * columns].span, places, to: &stretched.bottom)
                stretchedRow = row
            }
            blend(stretched.top, stretched.bottom, part, to: &line)
            return true
        }

        private static func stretch(
            _ cells: Span<Int16>, _ places: [(left: Int, right: Int, part: Int16)], to line: inout [Int16]
        ) {
            var values = line.mutableSpan
            for x in places.indices {
                let (left, right, part) = places[x]
                let value = cells[left] &+ ((cells[right] &- cells[left]) &* part) &>> FaceAgreement.placeBits
                for channel in 0..<PixelImage.channels { values[x * PixelImage.channels + channel] = value }
            }
        }
    }

    /// The cell to the left of a pixel's middle, and how far it is on the way to the next.
    private static func place(_ index: Int, of count: Int, cells: Int) -> (cell: Int, part: Int16) {
        let place = (Float(index) + 0.5) * Float(cells) / Float(count) - 0.5
        let bounded = min(max(place, 0), Float(cells - 1))
        let cell = Int(bounded)
        return (cell, Int16(((bounded - Float(cell)) * Float(1 << placeBits)).rounded()))
    }
}

private func blend(_ above: [Int16], _ below: [Int16], _ part: Int16, to line: inout [Int16]) {
    let count = line.count
    precondition(above.count == count && below.count == count)
    let (top, bottom) = (above.span, below.span)
    var values = line.mutableSpan
    for i in 0..<count { values[i] = top[i] &+ ((bottom[i] &- top[i]) &* part) &>> FaceAgreement.placeBits }
}

/// Adds up, for each cell of a row, the differences in brightness, their squares, and how many they are.
private func addDifferences(
    _ face: Span<UInt8>, _ own: Span<UInt8>, cellSide: Int, to sums: inout [SIMD4<Float>], from firstCell: Int
) {
    let width = face.count / 3
    precondition(own.count == face.count && firstCell >= 0 && firstCell + (width - 1) / cellSide < sums.count)
    var cells = sums.mutableSpan
    for x in 0..<width {
        let (new, old) = (face.extracting(3 &* x..<3 &* x &+ 3), own.extracting(3 &* x..<3 &* x &+ 3))
        let sum = Int(new[0]) &+ 2 &* Int(new[1]) &+ Int(new[2]) &- Int(old[0]) &- 2 &* Int(old[1]) &- Int(old[2])
        let difference = Float(sum) / 4
        cells[firstCell &+ x / cellSide] += SIMD4(difference, difference * difference, 1, 0)
    }
}
